/** The batch operations' requests and answers. DynamoDB's limits are the caller's to keep. */
import type { AttributeMap } from '../../attribute-value.ts';
import { fromAttributes } from '../item/attributes.ts';
import type { ModelBatchGetSettings, ObjectType } from '../public-types.ts';

export function batchGetRequest(
  tableName: string,
  keys: readonly AttributeMap[],
  { consistent, attributes }: ModelBatchGetSettings,
): object {
  return {
    RequestItems: {
      [tableName]: {
        Keys: keys,
        ...(consistent !== undefined && { ConsistentRead: consistent }),
        ...(attributes && { AttributesToGet: attributes }),
      },
    },
  };
}

/** `items` in the order of `keys`; what was not found is left out. */
export function inKeyOrder(
  keys: readonly AttributeMap[],
  items: readonly AttributeMap[],
): AttributeMap[] {
  return keys.flatMap((key) => {
    const names = Object.keys(key);
    const wanted = JSON.stringify(names.map((name) => key[name]));
    const found = items.find((item) => JSON.stringify(names.map((name) => item[name])) === wanted);
    return found ? [found] : [];
  });
}

export interface BatchGetResponse {
  Responses?: { [tableName: string]: AttributeMap[] };
  UnprocessedKeys?: { [tableName: string]: { Keys: AttributeMap[] } };
}

export interface WriteRequest {
  PutRequest?: { Item: AttributeMap };
  DeleteRequest?: { Key: AttributeMap };
}

export interface BatchWriteResponse {
  UnprocessedItems?: { [tableName: string]: WriteRequest[] };
}

export function batchWriteRequest(tableName: string, writes: readonly WriteRequest[]): object {
  return { RequestItems: { [tableName]: writes } };
}

/** What DynamoDB left for another time, in the order in which it was asked for. */
export function unprocessedItems(
  tableName: string,
  writes: readonly WriteRequest[],
  response: BatchWriteResponse,
  keyNames: readonly string[],
): ObjectType[] {
  const keyOf = ({ PutRequest, DeleteRequest }: WriteRequest): string => {
    const item = PutRequest?.Item ?? DeleteRequest?.Key ?? {};
    return JSON.stringify(keyNames.map((name) => item[name]));
  };
  const order = new Map(writes.map((write, index) => [keyOf(write), index]));
  return (response.UnprocessedItems?.[tableName] ?? [])
    .toSorted((one, other) => (order.get(keyOf(one)) ?? 0) - (order.get(keyOf(other)) ?? 0))
    .map(({ PutRequest, DeleteRequest }) =>
      fromAttributes(PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
    );
}
