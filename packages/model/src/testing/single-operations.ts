/** The operations on one item, and those that read many. */
import type { AttributeMap } from '../attribute-value.ts';
import type {
  DeleteInput,
  GetInput,
  KeyInput,
  PutInput,
  QueryInput,
  ReadManyOutput,
  ScanInput,
  UpdateInput,
} from '../client/operations.ts';
import { ITEM_BYTES_MAX, itemBytes } from '../entity/item-size.ts';
import type { KeySchema } from '../table/table.ts';
import { conditionFailed, validation } from './errors.ts';
import { applyUpdate, holds, project } from './evaluate.ts';
import { ExpressionParser } from './expression-parser.ts';
import type { PathParts, Test } from './expression-parser.ts';
import type { FindTable, MemoryTable } from './memory-table.ts';

export function getItem(find: FindTable, input: GetInput): { Item?: AttributeMap } {
  const item = find(input.TableName).get(input.Key);
  const parser = new ExpressionParser(input);
  const paths = input.ProjectionExpression && parser.projection(input.ProjectionExpression);
  parser.finish();
  if (!item) return {};
  return { Item: paths ? project(item, paths) : item };
}

/** A write that has been checked, and not yet made. */
export interface CheckedWrite {
  readonly before: AttributeMap | undefined;
  readonly after: AttributeMap | undefined;
  commit(): void;
}

export function checkPut(find: FindTable, input: PutInput): CheckedWrite {
  const table = find(input.TableName);
  const parser = new ExpressionParser(input);
  checkCondition(parser, input.ConditionExpression, table.get(table.keyOf(input.Item)) ?? {});
  parser.finish();
  return checked(table, input.Item, input.Item);
}

export function checkDelete(find: FindTable, input: KeyInput): CheckedWrite {
  const table = find(input.TableName);
  const before = table.get(input.Key);
  const parser = new ExpressionParser(input);
  checkCondition(parser, input.ConditionExpression, before ?? {});
  parser.finish();
  return checked(table, input.Key, undefined);
}

export function checkUpdate(find: FindTable, input: KeyInput): CheckedWrite {
  const table = find(input.TableName);
  const before = table.get(input.Key);
  const parser = new ExpressionParser(input);
  const actions = input.UpdateExpression ? parser.update(input.UpdateExpression) : [];
  for (const { path } of actions) {
    if (path[0] !== undefined && Object.hasOwn(input.Key, path[0])) {
      throw validation(
        'One or more parameter values were invalid: Cannot update attribute ' +
          `${path[0]}. This attribute is part of the key`,
      );
    }
  }
  checkCondition(parser, input.ConditionExpression, before ?? {});
  parser.finish();
  return checked(table, input.Key, applyUpdate(actions, before ?? input.Key));
}

export function checkOnly(find: FindTable, input: KeyInput): CheckedWrite {
  const before = find(input.TableName).get(input.Key);
  const parser = new ExpressionParser(input);
  checkCondition(parser, input.ConditionExpression, before ?? {});
  parser.finish();
  return { before, after: before, commit: () => {} };
}

function checked(
  table: MemoryTable,
  key: AttributeMap,
  after: AttributeMap | undefined,
): CheckedWrite {
  if (after && itemBytes(after) > ITEM_BYTES_MAX) {
    throw validation('Item size has exceeded the maximum allowed size');
  }
  const before = table.get(table.keyOf(key));
  return { before, after, commit: () => table.write(key, after) };
}

function checkCondition(
  parser: ExpressionParser,
  text: string | undefined,
  item: AttributeMap,
): void {
  if (text !== undefined && !holds(parser.condition(text), item)) throw conditionFailed();
}

export function putItem(find: FindTable, input: PutInput): { Attributes?: AttributeMap } {
  return returned(checkPut(find, input), input.ReturnValues);
}

export function deleteItem(find: FindTable, input: DeleteInput): { Attributes?: AttributeMap } {
  return returned(checkDelete(find, input), input.ReturnValues);
}

export function updateItem(find: FindTable, input: UpdateInput): { Attributes?: AttributeMap } {
  const write = checkUpdate(find, input);
  const values = input.ReturnValues;
  if (values !== 'UPDATED_NEW' && values !== 'UPDATED_OLD') return returned(write, values);
  write.commit();
  const paths = new ExpressionParser(input).update(input.UpdateExpression ?? '');
  const names = paths.map(({ path }) => [path[0] as string]);
  const from = values === 'UPDATED_NEW' ? write.after : write.before;
  return from ? { Attributes: project(from, names) } : {};
}

function returned(
  write: CheckedWrite,
  values: 'NONE' | 'ALL_OLD' | 'ALL_NEW' | undefined,
): { Attributes?: AttributeMap } {
  write.commit();
  const item = values === 'ALL_NEW' ? write.after : values === 'ALL_OLD' && write.before;
  return item ? { Attributes: item } : {};
}

export function query(find: FindTable, input: QueryInput): ReadManyOutput {
  const table = find(input.TableName);
  const keys = table.schema(input.IndexName);
  const parser = new ExpressionParser(input);
  if (input.KeyConditionExpression === undefined) {
    throw validation(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const test = parser.condition(input.KeyConditionExpression);
  if (!fixes(test, keys.partitionKey)) {
    throw validation(`Query condition missed key schema element: ${keys.partitionKey}`);
  }
  const found = table.sorted(keys).filter((item) => holds(test, item));
  if (input.ScanIndexForward === false) found.reverse();
  const direction = input.ScanIndexForward === false ? -1 : 1;
  return readPage(table, keys, found, input, parser, direction);
}

export function scan(find: FindTable, input: ScanInput): ReadManyOutput {
  const table = find(input.TableName);
  const keys = table.schema(input.IndexName);
  const { Segment: segment = 0, TotalSegments: segments = 1 } = input;
  const found = table
    .sorted(keys)
    .filter(
      (item) =>
        segments === 1 || hashOf(JSON.stringify(item[keys.partitionKey])) % segments === segment,
    );
  return readPage(table, keys, found, input, new ExpressionParser(input), 1);
}

/** DynamoDB ends a page after 1 MB of what it read. */
const PAGE_BYTES_MAX = 1024 * 1024;

function readPage(
  table: MemoryTable,
  keys: KeySchema,
  found: readonly AttributeMap[],
  input: QueryInput,
  parser: ExpressionParser,
  direction: 1 | -1,
): ReadManyOutput {
  const filter = input.FilterExpression && parser.condition(input.FilterExpression);
  const paths = input.ProjectionExpression && parser.projection(input.ProjectionExpression);
  parser.finish();
  const start = input.ExclusiveStartKey;
  const rest = start
    ? found.filter((item) => table.compare(keys, item, start) * direction > 0)
    : found;
  const page: AttributeMap[] = [];
  let bytes = 0;
  for (const item of rest) {
    if (page.length === (input.Limit ?? Infinity) || bytes >= PAGE_BYTES_MAX) break;
    bytes += itemBytes(item);
    page.push(item);
  }
  const kept = filter ? page.filter((item) => holds(filter, item)) : page;
  const full = page.length === input.Limit || page.length < rest.length;
  return {
    ...(input.Select !== 'COUNT' && { Items: kept.map((item) => seen(table, keys, item, paths)) }),
    Count: kept.length,
    ScannedCount: page.length,
    ...(full && { LastEvaluatedKey: startKeyOf(table, keys, page.at(-1) as AttributeMap) }),
  };
}

function seen(
  table: MemoryTable,
  keys: KeySchema,
  item: AttributeMap,
  paths: readonly PathParts[] | '' | undefined,
): AttributeMap {
  if (paths) return project(item, paths);
  if (keys.projection === 'ALL') return item;
  const others = keys.projection === 'KEYS_ONLY' ? [] : keys.projection;
  const names = [...Object.keys(startKeyOf(table, keys, item)), ...others];
  return project(
    item,
    names.map((name) => [name]),
  );
}

function startKeyOf(table: MemoryTable, keys: KeySchema, item: AttributeMap): AttributeMap {
  const names = [keys.partitionKey, ...(keys.sortKey === undefined ? [] : [keys.sortKey])];
  return {
    ...table.keyOf(item),
    ...project(
      item,
      names.map((name) => [name]),
    ),
  };
}

/** Whether the condition asks for one value of the attribute. */
function fixes(test: Test, attribute: string): boolean {
  if (test.kind === 'and') return fixes(test.left, attribute) || fixes(test.right, attribute);
  if (test.kind !== 'compare' || test.by !== '=') return false;
  return test.left.kind === 'path' && test.left.path[0] === attribute;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  }
  return hash;
}
