/** `Model.update`: what is to change, as an UpdateExpression. */
import type { AttributeValue } from '../../attribute-value.ts';
import { deleteAt, getAt, isPlainObject, type Plain, setAt } from '../deep-copy.ts';
import { InvalidParameter, ValidationError } from '../errors.ts';
import { toAttribute } from '../item/attributes.ts';
import { checkItem } from '../item/check.ts';
import { stamp, toStored } from '../item/conform.ts';
import { applyDefaults } from '../item/defaults.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { modifyItem, requiredMessage } from '../item/stages.ts';
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
  const forced = await forcedDefaults(model);
  const changes = changesOf(model, update, forced);
  const timestamps = new Set(stampUpdated(model, writer));
  const stored: Plain = {};
  for (const change of changes) {
    if (timestamps.has(change.attribute)) continue;
    await writeChange(model, change, writer, stored);
  }
  combine(model, changes, stored, writer);
  for (const attribute of Object.keys(forced)) {
    if (changes.some((change) => change.attribute === attribute)) continue;
    await writeChange(model, { operator: '$SET', attribute, value: forced[attribute] }, writer, {});
  }
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
function changesOf(model: UpdateModel, update: Plain, forced: Plain): Change[] {
  const one = (operator: Operator, name: string, value: unknown): Change[] =>
    change(model, operator, name, value, forced);
  return Object.keys(update).flatMap((name) => {
    if (!isOperator(name)) return one('$SET', name, update[name]);
    const operands = update[name];
    if (Array.isArray(operands)) {
      return operands.flatMap((each) => one(name, String(each), undefined));
    }
    if (!isPlainObject(operands)) return [];
    return Object.keys(operands).flatMap((each) => one(name, each, operands[each]));
  });
}

function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}

function change(
  model: UpdateModel,
  operator: Operator,
  name: string,
  value: unknown,
  forced: Plain,
): Change[] {
  const attribute = attributeFor(model, name);
  if (operator === '$REMOVE') return [{ operator, attribute, value: null }];
  if (operator === '$SET' && value === undefined && Object.hasOwn(forced, attribute)) {
    return [{ operator, attribute, value: forced[attribute] }];
  }
  // Nothing as a list's element is a mistake to be told of, not a wish to lose the list.
  const inList = model.schemas.some((schema) => isList(schema, attribute, value));
  const removes = value === types.UNDEFINED || (value === undefined && !inList);
  if (!removes) return [{ operator, attribute, value }];
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
  const stamps: Plain = {};
  if (schema) stamp(schema, stamps, ['updatedAt']);
  for (const name of Object.keys(stamps)) writer.set(name, stamps[name]);
  return Object.keys(stamps);
}

async function writeChange(
  model: UpdateModel,
  { operator, attribute, value }: Change,
  writer: UpdateWriter,
  stored: Plain,
): Promise<void> {
  if (operator === '$REMOVE') return remove(model, attribute, value, writer, stored);
  const path = attribute.split('.');
  const item: Plain = {};
  setAt(item, path, value);
  const schema = model.schemaFor(item, 'toDynamo');
  const list = isList(schema, attribute, value);
  if (list && !Array.isArray(value)) setAt(item, path, [value]);
  // What is always set to its default is set, whatever was to be done with it.
  const forced = schema.properties.get(attribute)?.variants[0].settings.forceDefault === true;
  if (operator === '$SET' || forced) {
    const extent = path.length > 1 ? 'path' : 'part';
    const options = { original: undefined, extent } as const;
    const ready = getAt(await toStored(schema, item, options), path);
    // A `set` function may say that there is nothing to store; the schema may not know the attribute.
    if (ready === undefined) {
      if (!schema.properties.has(attribute)) return undefined;
      return remove(model, attribute, undefined, writer, stored);
    }
    setAt(stored, path, ready);
    return writer.set(attribute, ready);
  }
  const checked = checkItem(schema, item, 'toDynamo');
  for (const nothing of checked.undefinedAt) deleteAt(checked.item, nothing);
  const ready = getAt(checked.item, path);
  if (ready === undefined) return undefined;
  if (operator === '$DELETE') return writer.delete(attribute, ready);
  return list ? writer.append(attribute, ready) : writer.add(attribute, ready);
}

function isList({ properties }: CompiledSchema, attribute: string, value: unknown): boolean {
  const node = properties.get(attribute);
  if (!node) return Array.isArray(value);
  return node.variants.length === 1 && node.variants[0].type.container === 'array';
}

/**
 * What has a default gets that instead; `type.UNDEFINED` says to do without. A required attribute
 * can be left to its default by `undefined`, and cannot be removed by name (`null` here).
 */
async function remove(
  { schemas: [schema] }: UpdateModel,
  attribute: string,
  value: unknown,
  writer: UpdateWriter,
  stored: Plain,
): Promise<void> {
  const node = schema?.properties.get(attribute);
  if (schema && value !== undefined) checkRemovable(schema, attribute);
  if (schema && node) {
    const only = { ...schema, properties: new Map([[attribute, node]]) };
    const item: Plain = {};
    if (value !== types.UNDEFINED) await applyDefaults(only, item, new Map());
    const fallback =
      item[attribute] ?? (await modifyItem(schema.set, { [attribute]: undefined }))[attribute];
    if (fallback !== undefined) {
      setAt(stored, [attribute], fallback);
      return writer.set(attribute, fallback);
    }
  }
  if (schema) checkRemovable(schema, attribute);
  return writer.remove(attribute);
}

function checkRemovable({ properties }: CompiledSchema, attribute: string): void {
  if (properties.get(attribute)?.variants.some(({ settings }) => settings.required)) {
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
    writer.set(name, present.map(String).join(parts.separator));
  }
}

/** What is always set to its default; it goes the way of every value that is set. */
async function forcedDefaults({ schemas: [schema] }: UpdateModel): Promise<Plain> {
  const forced: Plain = {};
  if (schema?.work.has('default')) {
    await applyDefaults(schema, forced, new Map(), { forcedOnly: true });
  }
  return forced;
}
