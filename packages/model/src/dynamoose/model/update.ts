/** `Model.update`: what is to change, as an UpdateExpression. */
import type { AttributeValue } from '../../attribute-value.ts';
import { deepCopy, getAt, isPlainObject, type Plain, setAt } from '../deep-copy.ts';
import { InvalidParameter, ValidationError } from '../errors.ts';
import { toAttribute } from '../item/attributes.ts';
import { checkItem } from '../item/check.ts';
import { toStored } from '../item/conform.ts';
import { applyDefaults } from '../item/defaults.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { requiredMessage } from '../item/stages.ts';
import { type as types } from '../type.ts';

export interface UpdateModel {
  readonly schemas: readonly CompiledSchema[];
  schemaFor(item: Plain, direction: 'toDynamo'): CompiledSchema;
}

const operators = ['$SET', '$ADD', '$REMOVE', '$DELETE'] as const;
type Operator = (typeof operators)[number];

interface Change {
  readonly operator: Operator;
  readonly attribute: string;
  readonly value: unknown;
}

/** Clauses come in this order. */
const clauses = ['DELETE', 'REMOVE', 'ADD', 'SET'] as const;

export async function updateExpression(
  model: UpdateModel,
  update: Plain,
  firstIndex: number,
): Promise<{
  UpdateExpression: string;
  names: { [name: string]: string };
  values: { [name: string]: AttributeValue };
}> {
  const writer = new UpdateWriter(firstIndex);
  const changes = changesOf(model, update);
  const timestamps = new Set(stampUpdated(model, writer));
  const stored: Plain = {};
  for (const change of changes) {
    if (timestamps.has(change.attribute)) continue;
    await writeChange(model, change, writer, stored);
  }
  combine(model, changes, stored, writer);
  await forceDefaults(model, changes, writer);
  return writer.finish();
}

class UpdateWriter {
  readonly #parts = new Map<(typeof clauses)[number], string[]>();
  readonly #names: { [name: string]: string } = {};
  readonly #values: { [name: string]: AttributeValue } = {};
  #index: number;

  constructor(firstIndex: number) {
    this.#index = firstIndex;
  }

  #name(attribute: string): string {
    const placeholder = `#a${this.#index}`;
    const parts = attribute.split('.');
    const names = parts.map((part, index) => {
      const name = parts.length === 1 ? placeholder : `${placeholder}_${index}`;
      this.#names[name] = part;
      return name;
    });
    return names.join('.');
  }

  #value(attribute: string, value: unknown): string {
    const placeholder = `:v${this.#index}`;
    this.#values[placeholder] = toAttribute(value, attribute);
    return placeholder;
  }

  #add(clause: (typeof clauses)[number], part: string): void {
    const parts = this.#parts.get(clause) ?? [];
    this.#parts.set(clause, [...parts, part]);
    this.#index += 1;
  }

  set(attribute: string, value: unknown): void {
    const name = this.#name(attribute);
    this.#add('SET', `${name} = ${this.#value(attribute, value)}`);
  }

  append(attribute: string, list: unknown): void {
    const name = this.#name(attribute);
    this.#add('SET', `${name} = list_append(${name}, ${this.#value(attribute, list)})`);
  }

  add(attribute: string, value: unknown): void {
    const name = this.#name(attribute);
    this.#add('ADD', `${name} ${this.#value(attribute, value)}`);
  }

  remove(attribute: string): void {
    this.#add('REMOVE', this.#name(attribute));
  }

  delete(attribute: string, value: unknown): void {
    const name = this.#name(attribute);
    this.#add('DELETE', `${name} ${this.#value(attribute, value)}`);
  }

  finish(): Awaited<ReturnType<typeof updateExpression>> {
    const written = clauses.flatMap((clause) => {
      const parts = this.#parts.get(clause);
      return parts ? [`${clause} ${parts.join(', ')}`] : [];
    });
    return { UpdateExpression: written.join(' '), names: this.#names, values: this.#values };
  }
}

/** Bare attributes are to be set; `undefined` for one that the schema knows removes it. */
function changesOf(model: UpdateModel, update: Plain): Change[] {
  return Object.keys(update).flatMap((name) => {
    if (!isOperator(name)) return change(model, '$SET', name, update[name]);
    const operands = update[name];
    if (Array.isArray(operands)) {
      return operands.flatMap((each) => change(model, name, String(each), undefined));
    }
    if (!isPlainObject(operands)) return [];
    return Object.keys(operands).flatMap((each) => change(model, name, each, operands[each]));
  });
}

function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}

function change(model: UpdateModel, operator: Operator, name: string, value: unknown): Change[] {
  const attribute = attributeFor(model, name);
  if (operator !== '$SET' || (value !== undefined && value !== types.UNDEFINED)) {
    return [{ operator, attribute, value }];
  }
  const known = model.schemas.some(({ properties }) => properties.has(attribute));
  return known ? [{ operator: '$REMOVE', attribute, value }] : [];
}

function attributeFor({ schemas }: UpdateModel, name: string): string {
  for (const { mapping } of schemas) {
    const attribute = mapping.attributeOf(name);
    if (attribute !== name) return attribute;
  }
  return name;
}

/** Sets the `updatedAt` attributes to now, and says which they are. */
function stampUpdated({ schemas: [schema] }: UpdateModel, writer: UpdateWriter): string[] {
  if (!schema?.timestamps.some(({ kind }) => kind === 'updatedAt')) return [];
  const now = new Date();
  return schema.timestamps.flatMap(({ name, kind }) => {
    if (kind !== 'updatedAt') return [];
    const type = schema.properties.get(name)?.variants[0].type;
    writer.set(name, type?.encode ? type.encode(now) : now.getTime());
    return [name];
  });
}

async function writeChange(
  model: UpdateModel,
  { operator, attribute, value }: Change,
  writer: UpdateWriter,
  stored: Plain,
): Promise<void> {
  if (operator === '$REMOVE') {
    checkRemovable(model, attribute);
    return writer.remove(attribute);
  }
  const path = attribute.split('.');
  const item: Plain = {};
  setAt(item, path, value);
  const schema = model.schemaFor(item, 'toDynamo');
  if (operator === '$SET') {
    const extent = path.length > 1 ? 'path' : 'part';
    const options = { original: undefined, timestamps: [], extent } as const;
    const ready = getAt(await toStored(schema, item, options), path);
    if (ready === undefined) return undefined;
    setAt(stored, path, ready);
    return writer.set(attribute, ready);
  }
  const append = operator === '$ADD' && isList(schema, attribute, value);
  if (append && !Array.isArray(value)) setAt(item, path, [value]);
  const ready = getAt(checkItem(schema, item, 'toDynamo').item, path);
  if (ready === undefined) return undefined;
  if (append) return writer.append(attribute, ready);
  return operator === '$ADD' ? writer.add(attribute, ready) : writer.delete(attribute, ready);
}

function isList({ properties }: CompiledSchema, attribute: string, value: unknown): boolean {
  const node = properties.get(attribute);
  if (!node) return Array.isArray(value);
  return node.variants.some(({ type }) => type.container === 'array');
}

function checkRemovable({ schemas }: UpdateModel, attribute: string): void {
  const variants = schemas[0]?.properties.get(attribute)?.variants ?? [];
  if (variants.some(({ settings }) => settings.required)) {
    throw new ValidationError(requiredMessage(attribute));
  }
}

/** A combined attribute can be kept right only when all that it is made of is known. */
function combine(
  { schemas: [schema] }: UpdateModel,
  changes: readonly Change[],
  stored: Plain,
  writer: UpdateWriter,
): void {
  for (const [name, { variants }] of schema?.properties ?? []) {
    const parts = variants[0].type.combine;
    if (!parts) continue;
    const touched = changes.filter(({ attribute }) => parts.attributes.includes(attribute));
    if (touched.length === 0) continue;
    const known = touched.filter(({ operator }) => operator === '$SET' || operator === '$REMOVE');
    const missing = parts.attributes.filter(
      (attribute) => !known.some((one) => one.attribute === attribute),
    );
    if (missing.length > 0) {
      throw new InvalidParameter(
        'You must update all or none of the combine attributes when running Model.update. ' +
          `Missing combine attributes: ${missing.join(', ')}.`,
      );
    }
    const values = parts.attributes.map((attribute) => stored[attribute]);
    const present = values.filter((value) => value !== undefined && value !== null);
    writer.set(name, present.join(parts.separator));
  }
}

async function forceDefaults(
  { schemas: [schema] }: UpdateModel,
  changes: readonly Change[],
  writer: UpdateWriter,
): Promise<void> {
  if (!schema?.work.has('default')) return;
  const forced: Plain = {};
  await applyDefaults(schema, forced, new Map(), { forcedOnly: true });
  for (const name of Object.keys(forced)) {
    if (changes.some(({ attribute }) => attribute === name)) continue;
    writer.set(name, deepCopy(forced[name]));
  }
}
