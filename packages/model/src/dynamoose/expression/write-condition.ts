/** A condition as an expression with its names and values. */
import type { AttributeValue } from '../../attribute-value.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter } from '../errors.ts';
import { hasValue, isListed, write } from './comparisons.ts';
import {
  type AttributeCondition,
  ConditionBuilder,
  type ConditionNode,
  conditionState,
} from './condition.ts';

export interface Expression {
  text: string;
  names: { [placeholder: string]: string };
  values: { [placeholder: string]: AttributeValue };
}

/** What writing a condition needs of a model. */
export interface ConditionModel {
  attributeFor(name: string): string;
  /** The attribute value to compare `name` with. */
  conditionValue(name: string, value: unknown): Promise<AttributeValue | undefined>;
}

/** Comparisons that become the key condition: they have placeholders of their own. */
export type KeyConditions = ReadonlyMap<AttributeCondition, KeyPlaceholder>;

export interface KeyPlaceholder {
  readonly name: string;
  readonly value: string;
}

const noKeys: KeyConditions = new Map();

export class ExpressionWriter {
  readonly names: Expression['names'] = {};
  readonly values: Expression['values'] = {};
  readonly #model: ConditionModel;
  readonly #keys: KeyConditions;
  #next = 0;

  constructor(model: ConditionModel, keys: KeyConditions = noKeys) {
    this.#model = model;
    this.#keys = keys;
  }

  /** The expression for `nodes`, without those that belong to the key condition. */
  async write(nodes: readonly ConditionNode[]): Promise<string> {
    let text = '';
    let joiner = ' AND ';
    for (const node of nodes) {
      if (node === 'or') {
        joiner = ' OR ';
        continue;
      }
      const part = await this.#writeNode(node);
      if (part !== '') {
        text += text === '' ? part : `${joiner}${part}`;
      }
      joiner = ' AND ';
    }
    return text;
  }

  async #writeNode(node: Exclude<ConditionNode, 'or'>): Promise<string> {
    if ('key' in node) {
      const index = this.#next;
      this.#next += 1;
      return this.#keys.has(node) ? '' : this.writeComparison(node, `#a${index}`, `:v${index}`);
    }
    const group = await this.write(node);
    return group === '' ? '' : `(${group})`;
  }

  async writeComparison(
    { key, operator, value }: AttributeCondition,
    name: string,
    placeholder: string,
  ): Promise<string> {
    const attribute = this.#model.attributeFor(key);
    const parts = attribute.split('.');
    const names = parts.map((part, index) => {
      const partName = parts.length === 1 ? name : `${name}_${index}`;
      this.names[partName] = part;
      return partName;
    });
    const listed = isListed(operator);
    const values = hasValue(operator) ? (listed ? (value as unknown[]) : [value]) : [];
    const placeholders = [];
    for (const [index, one] of values.entries()) {
      const own = listed ? `${placeholder}_${index + 1}` : placeholder;
      this.values[own] = (await this.#model.conditionValue(attribute, one)) as AttributeValue;
      placeholders.push(own);
    }
    return write(operator, names.join('.'), placeholders);
  }
}

export type ExpressionMember = 'ConditionExpression' | 'FilterExpression';

/** The members of a request that say `condition`. */
export async function conditionRequest(
  condition: ConditionBuilder | undefined | null,
  model: ConditionModel,
  member: ExpressionMember,
): Promise<Plain> {
  if (!condition) return {};
  if (!(condition instanceof ConditionBuilder)) {
    throw new InvalidParameter('The condition must be an instance of dynamoose.Condition.');
  }
  const { nodes, raw } = condition[conditionState];
  if (raw) return rawRequest(raw, model, member);
  const writer = new ExpressionWriter(model);
  const text = await writer.write(nodes);
  return text === '' ? {} : { [member]: text, ...members(writer) };
}

export function members({ names, values }: Pick<Expression, 'names' | 'values'>): Plain {
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** An expression that the caller wrote; its values may be plain ones. */
export async function rawRequest(
  raw: Plain,
  model: ConditionModel,
  member: ExpressionMember,
): Promise<Plain> {
  if (raw[member] === undefined) return {};
  const values: Expression['values'] = {};
  for (const [name, value] of Object.entries(raw.ExpressionAttributeValues ?? {})) {
    values[name] = (await model.conditionValue('', value)) as AttributeValue;
  }
  const names = (raw.ExpressionAttributeNames ?? {}) as Expression['names'];
  return { [member]: raw[member], ...members({ names, values }) };
}
