/** The Query or Scan request that a retriever stands for. */
import { isDynamoObject, toAttributes } from '../item/attributes.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter } from '../errors.ts';
import { type AttributeCondition, type ConditionState } from '../expression/condition.ts';
import {
  type ConditionModel,
  type KeyPlaceholder,
  ExpressionWriter,
  members,
  rawRequest,
} from '../expression/write-condition.ts';
import type { ModelIndexes } from '../schema/indexes.ts';
import { candidates, type ChosenIndex, chooseIndex, topLevel } from './choose-index.ts';

export interface RetrieverSettings {
  limit?: number | undefined;
  startAt?: Plain | undefined;
  attributes?: string[] | undefined;
  count?: boolean;
  consistent?: boolean;
  index?: string | undefined;
  sort?: string;
  parallel?: number;
  all?: { delay: number; max: number };
}

export interface RetrieverModel extends ConditionModel {
  readonly tableName: string;
  indexes(): Promise<ModelIndexes>;
}

export async function retrieverRequest(
  kind: 'query' | 'scan',
  model: RetrieverModel,
  { nodes, raw }: ConditionState,
  settings: RetrieverSettings,
): Promise<Plain> {
  const request: Plain = { TableName: model.tableName };
  if (settings.limit) request.Limit = settings.limit;
  if (settings.startAt) request.ExclusiveStartKey = startKey(settings.startAt);
  if (settings.index !== undefined) request.IndexName = settings.index;
  if (settings.count) request.Select = 'COUNT';
  if (settings.consistent) request.ConsistentRead = settings.consistent;
  if (settings.sort === 'descending') request.ScanIndexForward = false;

  if (raw) Object.assign(request, await rawRequest(raw, model, 'FilterExpression'));
  else if (kind === 'query') await addQuery(request, model, nodes, settings.index);
  else {
    const writer = new ExpressionWriter(model);
    const filter = await writer.write(nodes);
    if (filter !== '') Object.assign(request, { FilterExpression: filter }, members(writer));
  }
  if (settings.attributes) addProjection(request, settings.attributes);
  return request;
}

async function addQuery(
  request: Plain,
  model: RetrieverModel,
  nodes: ConditionState['nodes'],
  wanted: string | undefined,
): Promise<void> {
  const conditions = topLevel(nodes);
  const index = await indexFor(model, conditions, wanted);
  if (index?.name !== undefined) request.IndexName = index.name;
  const { hash, range } = keyConditions(model, conditions, index);
  const keys = new Map<AttributeCondition, KeyPlaceholder>();
  if (hash) keys.set(hash, { name: '#qha', value: ':qhv' });
  if (range) keys.set(range, { name: '#qra', value: ':qrv' });
  const writer = new ExpressionWriter(model, keys);
  const filter = await writer.write(nodes);
  const keyParts: string[] = [];
  for (const [condition, { name, value }] of keys) {
    keyParts.push(await writer.writeComparison(condition, name, value));
  }
  if (filter !== '') request.FilterExpression = filter;
  if (keyParts.length > 0) request.KeyConditionExpression = keyParts.join(' AND ');
  Object.assign(request, members(writer));
}

async function indexFor(
  model: RetrieverModel,
  conditions: readonly AttributeCondition[],
  wanted: string | undefined,
): Promise<ChosenIndex | undefined> {
  const all = candidates(await model.indexes());
  // An index that the schema does not know may exist all the same: DynamoDB will say.
  if (wanted !== undefined) return all.find(({ name }) => name === wanted);
  const renamed = conditions.map((one) => ({ ...one, key: model.attributeFor(one.key) }));
  const chosen = chooseIndex(all, renamed);
  if (!chosen) throw new InvalidParameter("Index can't be found for query.");
  return chosen;
}

/** Those that DynamoDB's key condition can hold; the rest filters what the key condition finds. */
function keyConditions(
  model: RetrieverModel,
  conditions: readonly AttributeCondition[],
  index: ChosenIndex | undefined,
): { hash: AttributeCondition | undefined; range: AttributeCondition | undefined } {
  const on = (attribute: string | undefined): AttributeCondition[] =>
    conditions.filter(
      ({ key }) => attribute !== undefined && model.attributeFor(key) === attribute,
    );
  return {
    hash: on(index?.hashKey).find(({ operator }) => operator === 'EQ'),
    range: on(index?.rangeKey)
      .slice(0, 1)
      .find(({ operator }) => !notForKeys.has(operator)),
  };
}

/** DynamoDB refuses them on keys in either place; Dynamoose leaves them in the filter. */
const notForKeys: ReadonlySet<string> = new Set(['EXISTS', 'CONTAINS', 'NOT_CONTAINS']);

/** Names that the expressions already have are used again; the list is in alphabetical order. */
function addProjection(request: Plain, attributes: readonly string[]): void {
  const names = { ...(request.ExpressionAttributeNames as { [placeholder: string]: string }) };
  const taken = Object.keys(names).map((name) => Number(/^#a(\d+)/.exec(name)?.[1] ?? 0));
  let last = Math.max(0, ...taken);
  const placeholders = attributes.map((attribute) => {
    const known = Object.keys(names).find((name) => names[name] === attribute);
    if (known !== undefined) return known;
    last += 1;
    names[`#a${last}`] = attribute;
    return `#a${last}`;
  });
  request.ExpressionAttributeNames = names;
  request.ProjectionExpression = placeholders.sort().join(', ');
}

/** A key in either form; for a parallel scan the list of them, one for each segment. */
function startKey(key: Plain): unknown {
  if (Array.isArray(key)) return key.map((one) => one && startKey(one as Plain));
  return isDynamoObject(key) ? key : toAttributes(key);
}
