/**
 * The parts of a request on items: one, or the actions of a transaction, or the members of a batch.
 * Reads what the model has checked; what the operation itself refuses is left to it.
 */
import type {
  BatchGetItemInput,
  BatchWriteItemInput,
  TransactGetItemsInput,
  TransactWriteItemsInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import type { Table } from '../tables/table.ts';
import type { Kind } from './refusal.ts';
import { statementRequest } from './statement-parts.ts';

export interface Part {
  readonly tableName: string;
  readonly kind: Kind;
  /** A global index that is read instead of the table. */
  readonly indexName?: string | undefined;
  /** The item, or its key, or how a table tells which that is; undefined for reads of many. */
  readonly attributes: AttributeMap | ((table: Table) => AttributeMap | undefined) | undefined;
}

/** `statements` are a batch whose members are answered each in its place. */
type Form = 'single' | 'transaction' | 'batch' | 'statements';

export interface ItemRequest {
  readonly form: Form;
  /** Undefined in the places of what is no statement. */
  readonly parts: readonly (Part | undefined)[];
}

interface SingleInput {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: AttributeMap;
  readonly Item?: AttributeMap;
}

const SINGLES: ReadonlyMap<string, Kind> = new Map([
  ['DeleteItem', 'Write'],
  ['GetItem', 'Read'],
  ['PutItem', 'Write'],
  ['Query', 'Read'],
  ['Scan', 'Read'],
  ['UpdateItem', 'Write'],
]);

/** Undefined for operations on other things than items. */
export function itemRequest(operation: string, input: unknown): ItemRequest | undefined {
  const kind = SINGLES.get(operation);
  if (kind !== undefined) {
    const { TableName: tableName, IndexName: indexName, Key, Item } = input as SingleInput;
    return { form: 'single', parts: [{ tableName, kind, indexName, attributes: Item ?? Key }] };
  }
  switch (operation) {
    case 'TransactWriteItems': {
      const { TransactItems: actions } = input as TransactWriteItemsInput;
      const parts = actions.map(({ Put: put, Update, Delete, ConditionCheck }): Part => {
        const other = Update ?? Delete ?? ConditionCheck;
        const tableName = put?.TableName ?? other?.TableName ?? '';
        return { tableName, kind: 'Write', attributes: put?.Item ?? other?.Key };
      });
      return { form: 'transaction', parts };
    }
    case 'TransactGetItems': {
      const { TransactItems: gets } = input as TransactGetItemsInput;
      const parts = gets.map(({ Get: get }): Part => {
        return { tableName: get.TableName, kind: 'Read', attributes: get.Key };
      });
      return { form: 'transaction', parts };
    }
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return { form: 'batch', parts: batchMembers(operation, input).map(({ part }) => part) };
    default:
      return statementRequest(operation, input);
  }
}

type BatchOperation = 'BatchGetItem' | 'BatchWriteItem';

function batchMembers(operation: BatchOperation, input: unknown) {
  if (operation === 'BatchGetItem') {
    return Object.entries((input as BatchGetItemInput).RequestItems).flatMap(
      ([tableName, { Keys: keys }]) =>
        keys.map((member) => {
          const part: Part = { tableName, kind: 'Read', attributes: member };
          return { part, member };
        }),
    );
  }
  return Object.entries((input as BatchWriteItemInput).RequestItems).flatMap(
    ([tableName, requests]) =>
      requests.map((member) => {
        const attributes = member.PutRequest?.Item ?? member.DeleteRequest?.Key;
        const part: Part = { tableName, kind: 'Write', attributes };
        return { part, member };
      }),
  );
}

/** The request items of the batch whose numbers are among those chosen. */
export function partOfBatch(
  operation: string,
  input: unknown,
  chosen: (at: number) => boolean,
): Readonly<Record<string, unknown>> {
  const batch = operation as BatchOperation;
  const members = new Map<string, unknown[]>();
  for (const [at, { part, member }] of batchMembers(batch, input).entries()) {
    if (!chosen(at)) continue;
    const ofTable = members.get(part.tableName) ?? [];
    ofTable.push(member);
    members.set(part.tableName, ofTable);
  }
  const { RequestItems: requested } = input as BatchGetItemInput;
  return Object.fromEntries(
    [...members].map(([tableName, chosenMembers]) => [
      tableName,
      batch === 'BatchGetItem' ? { ...requested[tableName], Keys: chosenMembers } : chosenMembers,
    ]),
  );
}
