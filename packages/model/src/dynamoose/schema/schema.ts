/** `dynamoose.Schema`: what the items of a model look like. */
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter, UnknownAttribute } from '../errors.ts';
import type { SchemaDefinition, SchemaOptions } from '../public-types.ts';
import { type AttributeNode, declarationsOf, settingsOf, type Variant } from './attribute-node.ts';
import { checkDefinition } from './check-definition.ts';
import { type CompiledSchema, compileSchema } from './compiled-schema.ts';
import { indexAttributes } from './indexes.ts';
import type { ModelReference } from './model-reference.ts';
import { schemaDeclaration, type SchemaDeclaration } from './nested-schema.ts';
import { timestampAttributes, withTimestamps } from './timestamps.ts';

const noModel = (): never => {
  throw new InvalidParameter('The type THIS has a meaning only in the schema of a model.');
};

export class Schema {
  readonly #declaration: SchemaDeclaration;
  readonly #compiled: CompiledSchema;

  constructor(definition: SchemaDefinition, settings: SchemaOptions = {}) {
    checkDefinition(definition);
    const timestamps = timestampAttributes(settings.timestamps);
    this.#declaration = {
      definition: withTimestamps(definition, timestamps),
      settings: settings,
    };
    this.#compiled = compileSchema(this.#declaration, noModel);
  }

  get [schemaDeclaration](): SchemaDeclaration {
    return this.#declaration;
  }

  /** The schema for one model; `extra` attributes are those that its table adds. */
  compileFor(owner: () => ModelReference, extra?: Readonly<Plain>): CompiledSchema {
    return compileSchema(this.#declaration, owner, extra);
  }

  get hashKey(): string {
    const { definition } = this.#declaration;
    return this.#attributeWith('hashKey') ?? (Object.keys(definition)[0] as string);
  }

  get rangeKey(): string | undefined {
    return this.#attributeWith('rangeKey');
  }

  get indexAttributes(): string[] {
    return indexAttributes(this.#declaration.definition).map(({ attribute }) => attribute);
  }

  #attributeWith(setting: 'hashKey' | 'rangeKey'): string | undefined {
    const { definition } = this.#declaration;
    return Object.keys(definition).find((name) =>
      declarationsOf(definition[name]).some((declared) => settingsOf(declared)[setting]),
    );
  }

  /** Every attribute's path: `friends`, `friends.0`, `friends.0.name`. */
  attributes(): string[] {
    const paths: string[] = [];
    const visit = (node: AttributeNode): void => {
      if (!paths.includes(node.path)) paths.push(node.path);
      for (const { properties, element } of node.variants) {
        for (const child of properties?.values() ?? []) visit(child);
        if (element) visit(element);
      }
    };
    for (const node of this.#compiled.properties.values()) visit(node);
    return paths;
  }

  /** DynamoDB's name of an attribute's type; of each of its types when there are several. */
  getAttributeType(
    key: string,
    value?: unknown,
    settings?: { unknownAttributeAllowed: boolean },
  ): string | string[] | undefined {
    const variants = this.#variantsAt(key);
    if (variants) {
      const names = variants.map(({ type }) => type.dynamodbType as string);
      return names.length === 1 ? names[0] : names;
    }
    if (settings?.unknownAttributeAllowed) return dynamodbTypeOf(value);
    throw new UnknownAttribute(`Invalid Attribute: ${key}`);
  }

  getSettingValue(setting: keyof SchemaOptions): unknown {
    return this.#declaration.settings[setting];
  }

  getAttributeSettingValue(
    setting: string,
    key: string,
    options: { returnFunction: boolean } = { returnFunction: false },
  ): unknown {
    const variants = this.#variantsAt(key);
    const values = (variants ?? []).map((variant) => {
      const value = variant.settings[setting];
      return typeof value === 'function' && !options.returnFunction
        ? (value as () => unknown)()
        : value;
    });
    return values.length > 1 ? values : values[0];
  }

  #variantsAt(key: string): readonly [Variant, ...Variant[]] | undefined {
    const [first = '', ...rest] = key.split('.');
    let node = this.#compiled.properties.get(first);
    for (const part of rest) {
      const name = part;
      node = node?.variants
        .map(
          (variant) =>
            variant.properties?.get(name) ?? (/^\d+$/.test(name) ? variant.element : undefined),
        )
        .find((child) => child !== undefined);
    }
    return node?.variants;
  }
}

function dynamodbTypeOf(value: unknown): string | undefined {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value instanceof Uint8Array) return 'B';
  if (Array.isArray(value)) return 'L';
  if (value instanceof Set) {
    const [member] = value as Set<unknown>;
    return `${dynamodbTypeOf(member)}S`;
  }
  return typeof value === 'object' ? 'M' : undefined;
}
