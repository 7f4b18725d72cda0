/** BatchGetItem: up to a hundred items of several tables. Not one moment: each for itself. */
import type {
  BatchGetItemInput,
  KeysAndAttributes,
} from '../../../model/generated/dynamodb.types.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { tablesNamed, UnitsByTable } from '../items/batch.ts';
import { readUnits } from '../capacity.ts';
import { equalAttributes } from '../items/comparison.ts';
import { validation } from '../errors.ts';
import type { Path } from '../expressions/ast.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { checkKey } from '../items/key-validation.ts';
import { BATCH_GET_KEYS_MAX, BATCH_BYTES_MAX } from '../limits.ts';
import {
  bindItemProjection,
  checkProjectionKeys,
  projectedItem,
} from '../pages/read-projection.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { bareLayer as layer } from '../validation.ts';

interface TableRequest {
  readonly name: string;
  readonly keys: readonly AttributeMap[];
  readonly paths: readonly Path[] | undefined;
  readonly request: KeysAndAttributes;
}

export const batchGetItem: DynamoDBOperation<'BatchGetItem'> = async (state, input, context) => {
  const requests = bindRequests(input);
  const names = requests.map(({ name }) => name);
  const tables = await tablesNamed(state, names, context, layer);
  const units = new UnitsByTable();
  const responses: [string, AttributeMap[]][] = [];
  const unprocessed: [string, KeysAndAttributes][] = [];
  let bytesLeft = BATCH_BYTES_MAX;
  for (const tableRequest of requests) {
    const { name, keys, paths, request } = tableRequest;
    const table = tables.get(name) as Table;
    checkProjectionKeys(table, paths);
    for (const key of keys) checkKey(table, key);
    const values = await state.store.getMany(keys.map((key) => targetOf(table, key).itemKey));
    const items: AttributeMap[] = [];
    const left: AttributeMap[] = [];
    for (const [at, value] of values.entries()) {
      const item = value && Item.stored(value);
      const sizeBytes = item?.sizeBytes ?? 0;
      if (left.length > 0 || sizeBytes > bytesLeft) {
        left.push(keys[at] as AttributeMap);
        continue;
      }
      bytesLeft -= sizeBytes;
      units.of(name).table += readUnits(sizeBytes, request.ConsistentRead);
      if (item !== undefined) items.push(projectedItem(item, paths));
    }
    responses.push([name, items]);
    if (left.length > 0) unprocessed.push([name, { ...request, Keys: left }]);
  }
  return {
    Responses: Object.fromEntries(responses),
    UnprocessedKeys: Object.fromEntries(unprocessed),
    ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables),
  };
};

function bindRequests({ RequestItems: requested }: BatchGetItemInput): TableRequest[] {
  const entries = Object.entries(requested);
  if (entries.length === 0) {
    throw validation('The requestItems parameter is required for BatchGetItem');
  }
  const count = entries.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (count > BATCH_GET_KEYS_MAX) {
    throw validation('Too many items requested for the BatchGetItem call');
  }
  return entries.map(([name, request]) => {
    const paths = bindItemProjection(request, layer);
    const keys = request.Keys.map((key) => normalizeAttributes(key, layer));
    checkDistinct(keys);
    return { name, keys, paths, request };
  });
}

function checkDistinct(keys: readonly AttributeMap[]): void {
  for (const [at, key] of keys.entries()) {
    if (keys.slice(0, at).some((other) => equalAttributes(key, other))) throw duplicateKeys();
  }
}

export function duplicateKeys(): Error {
  return validation('Provided list of item keys contains duplicates');
}
