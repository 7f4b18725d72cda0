/** `dynamoose.transaction`: several operations that happen together or not at all. */
import type { AttributeMap } from '../attribute-value.ts';
import { answer, type CallbackType, splitCallback } from './callback.ts';
import { InvalidParameter } from './errors.ts';
import { fromAttributes } from './item/attributes.ts';
import { registeredTable } from './model/registry.ts';
import type {
  ConditionTransactionInput,
  CreateTransactionInput,
  DeleteTransactionInput,
  GetTransactionInput,
  UpdateTransactionInput,
} from './model/transaction-methods.ts';

export interface TransactionSettings {
  return?: 'request' | 'items';
  type?: 'get' | 'write';
}

export type TransactionInput =
  | GetTransactionInput
  | CreateTransactionInput
  | DeleteTransactionInput
  | UpdateTransactionInput
  | ConditionTransactionInput;

type Transactions = (TransactionInput | Promise<TransactionInput>)[];

// oxlint-disable-next-line typescript/no-explicit-any -- as Dynamoose declares it
type Result = any;

export function transaction(transactions: Transactions): Promise<Result>;
export function transaction(
  transactions: Transactions,
  settings: TransactionSettings,
): Promise<Result>;
export function transaction(transactions: Transactions, callback: CallbackType<Result>): void;
export function transaction(
  transactions: Transactions,
  settings: TransactionSettings,
  callback: CallbackType<Result>,
): void;
export function transaction(
  transactions: Transactions,
  settings?: TransactionSettings | CallbackType<Result>,
  callback?: CallbackType<Result>,
): Promise<Result> | void {
  const [options, then] = splitCallback<TransactionSettings, Result>(settings, callback);
  return answer(run(transactions, options), then);
}

async function run(given: Transactions, settings: TransactionSettings): Promise<unknown> {
  if (!Array.isArray(given) || given.length === 0) {
    throw new InvalidParameter(
      'You must pass in an array with items for the transactions parameter.',
    );
  }
  const items = await Promise.all(given.map((item) => Promise.resolve(item)));
  const request = { TransactItems: items };
  if (settings.return === 'request') return request;
  const operation = operationFor(items, settings.type);
  const tables = items.map((item) => registeredTable(tableNameOf(item)));
  const [first, ...rest] = tables;
  if (!first || rest.some(({ instance }) => instance !== first.instance)) {
    throw new InvalidParameter(
      'You must use a single Dynamoose instance for all tables in a transaction.',
    );
  }
  const response = await first.send<{ Responses?: { Item?: AttributeMap }[] }>(operation, request);
  if (operation === 'transactWriteItems') return null;
  const read = (response.Responses ?? []).map(async ({ Item: attributes }, index) => {
    if (!attributes) return undefined;
    const stored = fromAttributes(attributes);
    return (tables[index] ?? first).modelForItem(stored).itemOfTransaction(stored);
  });
  return Promise.all(read);
}

function operationFor(
  items: readonly TransactionInput[],
  type: TransactionSettings['type'],
): 'transactGetItems' | 'transactWriteItems' {
  switch (type ?? (items.every((item) => 'Get' in item) ? 'get' : 'write')) {
    case 'get':
      return 'transactGetItems';
    case 'write':
      return 'transactWriteItems';
    default:
      throw new InvalidParameter('Invalid type option, please pass in "get" or "write".');
  }
}

function tableNameOf(item: TransactionInput): string {
  const [part] = Object.values(item) as { TableName?: string }[];
  return part?.TableName ?? '';
}
