/** Batches and transactions. */
import type { AttributeMap } from '../attribute-value.ts';
import type { Operations, TransactWrite } from '../client/operations.ts';
import { transactionCanceled, validation } from './errors.ts';
import type { CancellationReason } from './errors.ts';
import type { FindTable } from './memory-table.ts';
import { checkDelete, checkOnly, checkPut, checkUpdate, getItem } from './single-operations.ts';
import type { CheckedWrite } from './single-operations.ts';

type Input<O extends keyof Operations> = Operations[O]['input'];
type Output<O extends keyof Operations> = Operations[O]['output'];

/** DynamoDB's limits of one request (API reference). */
const BATCH_KEYS_MAX = 100;
const BATCH_WRITES_MAX = 25;
const TRANSACTION_ITEMS_MAX = 100;

export function batchGet(find: FindTable, input: Input<'BatchGetItem'>): Output<'BatchGetItem'> {
  const requested = Object.entries(input.RequestItems);
  if (requested.reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > BATCH_KEYS_MAX) {
    throw validation('Too many items requested for the BatchGetItem call');
  }
  const responses: { [table: string]: AttributeMap[] } = {};
  for (const [name, { Keys, ...expressions }] of requested) {
    refuseDuplicates(Keys, 'Provided list of item keys contains duplicates');
    const items = Keys.map((Key) => getItem(find, { TableName: name, Key, ...expressions }).Item);
    responses[name] = items.filter((item) => item !== undefined);
  }
  return { Responses: responses, UnprocessedKeys: {} };
}

export function batchWrite(
  find: FindTable,
  input: Input<'BatchWriteItem'>,
): Output<'BatchWriteItem'> {
  const writes: CheckedWrite[] = [];
  for (const [name, requests] of Object.entries(input.RequestItems)) {
    const table = find(name);
    const keys = requests.map((request) =>
      'PutRequest' in request ? table.keyOf(request.PutRequest.Item) : request.DeleteRequest.Key,
    );
    refuseDuplicates(keys, 'Provided list of item keys contains duplicates');
    for (const request of requests) {
      writes.push(
        'PutRequest' in request
          ? checkPut(find, { TableName: name, Item: request.PutRequest.Item })
          : checkDelete(find, { TableName: name, Key: request.DeleteRequest.Key }),
      );
    }
  }
  if (writes.length > BATCH_WRITES_MAX) {
    throw validation('Too many items requested for the BatchWriteItem call');
  }
  for (const write of writes) write.commit();
  return { UnprocessedItems: {} };
}

export function transactGet(
  find: FindTable,
  input: Input<'TransactGetItems'>,
): Output<'TransactGetItems'> {
  checkCount(input.TransactItems);
  return { Responses: input.TransactItems.map(({ Get }) => getItem(find, Get)) };
}

export function transactWrite(find: FindTable, input: Input<'TransactWriteItems'>): object {
  checkCount(input.TransactItems);
  refuseDuplicates(
    input.TransactItems.map((write) => targetOf(find, write)),
    'Transaction request cannot include multiple operations on one item',
  );
  const writes: CheckedWrite[] = [];
  const reasons = input.TransactItems.map((write): CancellationReason => {
    try {
      writes.push(check(find, write));
      return { Code: 'None' };
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== 'ConditionalCheckFailedException') throw error;
      return { Code: 'ConditionalCheckFailed', Message: message };
    }
  });
  if (writes.length < reasons.length) throw transactionCanceled(reasons);
  for (const write of writes) write.commit();
  return {};
}

function check(find: FindTable, write: TransactWrite): CheckedWrite {
  if ('Put' in write) return checkPut(find, write.Put);
  if ('Update' in write) return checkUpdate(find, write.Update);
  return 'Delete' in write
    ? checkDelete(find, write.Delete)
    : checkOnly(find, write.ConditionCheck);
}

function targetOf(find: FindTable, write: TransactWrite): object {
  if ('Put' in write) {
    return [write.Put.TableName, find(write.Put.TableName).keyOf(write.Put.Item)];
  }
  const { TableName, Key } = Object.values(write)[0] as { TableName: string; Key: AttributeMap };
  return [TableName, find(TableName).keyOf(Key)];
}

function checkCount(items: readonly unknown[]): void {
  if (items.length === 0 || items.length > TRANSACTION_ITEMS_MAX) {
    throw validation(`Member must have length between 1 and ${TRANSACTION_ITEMS_MAX}`);
  }
}

function refuseDuplicates(keys: readonly object[], message: string): void {
  const texts = keys.map((key) => JSON.stringify(key));
  if (new Set(texts).size < texts.length) throw validation(message);
}
