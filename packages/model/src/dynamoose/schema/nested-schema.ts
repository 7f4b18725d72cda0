/** A schema used as the type of an attribute of another: recognised without importing its class. */
import type { Plain } from '../deep-copy.ts';

export interface SchemaSettings {
  timestamps?: unknown;
  saveUnknown?: boolean | readonly string[];
  set?: (item: Plain) => unknown;
  get?: (item: Plain) => unknown;
  validate?: (item: Plain) => unknown;
}

export interface SchemaDeclaration {
  readonly definition: Readonly<Plain>;
  readonly settings: SchemaSettings;
}

export const schemaDeclaration = Symbol('schema declaration');

export function nestedSchema(value: unknown): SchemaDeclaration | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [schemaDeclaration]?: SchemaDeclaration })[schemaDeclaration];
}
