/** Reads and writes of many items, in as few requests as DynamoDB allows. */
import type { AttributeMap } from '../attribute-value.ts';
import type { WriteRequest } from '../client/operations.ts';
import type { AnyEntity, ItemOf, KeyOf, NewItemOf } from '../entity/entity.ts';
import { runHooks } from '../entity/hooks.ts';
import { checkItemSize } from '../entity/item-size.ts';
import { at, invalidRequest, within } from '../errors.ts';
import type { Context } from '../model/context.ts';
import type { Model } from '../model/model.ts';
import { decodeItem, readItem } from '../model/decode.ts';
import { encodeItem } from '../model/put.ts';
import { sendInChunks } from './retry.ts';
import type { BatchOptions } from './retry.ts';

/** DynamoDB's limits of one request (API reference of BatchGetItem and BatchWriteItem). */
const KEYS_MAX = 100;
const WRITES_MAX = 25;

/** The items in the order of their keys; undefined for those that are not there. */
export async function getMany<E extends AnyEntity>(
  { context }: Model<E>,
  keys: readonly KeyOf<E>[],
  options: BatchOptions & { readonly consistent?: boolean } = {},
): Promise<(ItemOf<E> | undefined)[]> {
  const { entity, executor, tableName } = context;
  await runHooks(entity, 'beforeRead', keys);
  const wanted = keys.map((key, index) => at(index, () => entity.keys.key(key)));
  const found = new Map<string, AttributeMap>();
  // A request may not name a key twice.
  const distinct = [...new Map(wanted.map((key) => [identity(key), key])).values()];
  await sendInChunks(context, distinct, KEYS_MAX, options, async (Keys) => {
    const request = { Keys: [...Keys], ...(options.consistent && { ConsistentRead: true }) };
    const output = await executor.execute('BatchGetItem', {
      RequestItems: { [tableName]: request },
    });
    for (const item of output.Responses?.[tableName] ?? []) {
      found.set(identity(entity.keys.keyOfStored(item)), item);
    }
    return output.UnprocessedKeys?.[tableName]?.Keys ?? [];
  });
  return Promise.all(
    wanted.map(async (key) => {
      const item = found.get(identity(key));
      return item && readItem(entity, item);
    }),
  );
}

/** Stores the items, each in place of any with its key, and gives them as stored. */
export async function putMany<E extends AnyEntity>(
  { context }: Model<E>,
  items: readonly NewItemOf<E>[],
  options: BatchOptions = {},
): Promise<ItemOf<E>[]> {
  const { entity } = context;
  refuseConditions(entity);
  const encoded = await Promise.all(
    items.map(async (item, index) => {
      try {
        const map = await encodeItem(entity, item);
        checkItemSize(map);
        return map;
      } catch (error) {
        throw within(index, error);
      }
    }),
  );
  const requests = encoded.map((Item) => ({ PutRequest: { Item } }));
  await write(context, requests, options);
  const stored = await Promise.all(encoded.map(async (map) => decodeItem(entity, map)));
  await runHooks(entity, 'afterSave', stored);
  return stored;
}

export async function deleteMany<E extends AnyEntity>(
  { context }: Model<E>,
  keys: readonly KeyOf<E>[],
  options: BatchOptions = {},
): Promise<void> {
  const { entity } = context;
  refuseConditions(entity);
  const encoded = keys.map((key, index) => at(index, () => entity.keys.key(key)));
  await runHooks(entity, 'beforeDelete', keys);
  await write(
    context,
    encoded.map((Key) => ({ DeleteRequest: { Key } })),
    options,
  );
  await runHooks(entity, 'afterDelete', keys);
}

async function write(
  context: Context,
  requests: readonly WriteRequest[],
  options: BatchOptions,
): Promise<void> {
  const { entity, executor, tableName } = context;
  const keys = new Set<string>();
  for (const [index, request] of requests.entries()) {
    const key =
      'PutRequest' in request
        ? entity.keys.keyOfStored(request.PutRequest.Item)
        : request.DeleteRequest.Key;
    const text = identity(key);
    if (keys.has(text)) throw invalidRequest(`the batch writes item [${index}] twice`);
    keys.add(text);
  }
  await sendInChunks(context, requests, WRITES_MAX, options, async (chunk) => {
    const output = await executor.execute('BatchWriteItem', {
      RequestItems: { [tableName]: [...chunk] },
    });
    return output.UnprocessedItems?.[tableName] ?? [];
  });
}

/** A batch has no conditions, which versions and unique attributes need. */
function refuseConditions({ name, version, unique }: AnyEntity): void {
  if (version === undefined && unique.length === 0) return;
  const why = version === undefined ? 'unique attributes' : 'a version';
  throw invalidRequest(`${name} has ${why}, which a batch cannot keep: write its items one by one`);
}

/** DynamoDB writes numbers in its own way: `1e-7` comes back as `0.0000001`. */
function identity(key: AttributeMap): string {
  const parts = Object.keys(key)
    .sort()
    .map((name) => {
      const value = key[name] as { S?: string; N?: string; B?: Uint8Array };
      if (value.N === undefined) return value.S ?? String(value.B);
      const number = Number(value.N);
      return Number.isSafeInteger(number) || !Number.isInteger(number) ? number : value.N;
    });
  return JSON.stringify(parts);
}
