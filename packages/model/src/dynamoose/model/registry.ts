/** Models and tables by name: what `dynamoose.model(name)` and raw transactions look up. */
import { InvalidParameter } from '../errors.ts';
import type { Table } from '../table/table.ts';
import type { Model } from './model.ts';

const models = new Map<string, Model>();
const tables = new Map<string, Table>();

export function registerModel(model: Model): void {
  models.set(model.name, model);
}

export function registeredModel(name: unknown): Model | undefined {
  if (typeof name !== 'string') {
    throw new InvalidParameter('You must pass in a Model or model name as a string.');
  }
  return models.get(name);
}

export function registerTable(table: Table): void {
  tables.set(table.name, table);
}

export function registeredTable(name: string): Table {
  const table = tables.get(name);
  if (table) return table;
  throw new InvalidParameter(
    `Table "${name}" not found. Please register the table with dynamoose before using it in transactions.`,
  );
}
