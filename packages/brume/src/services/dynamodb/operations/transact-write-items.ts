/** TransactWriteItems: up to a hundred actions in several tables, all of them or none. */
import { createHash } from 'node:crypto';
import type {
  CancellationReason,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from '../../../model/generated/dynamodb.types.ts';
import { encodeKey } from '../../../storage/key-encoding.ts';
import type { Value } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { tablesNamed, UnitsByTable } from '../items/batch.ts';
import { readUnits, Units } from '../capacity.ts';
import {
  duplicateTargets,
  idempotentParameterMismatch,
  transactionCanceled,
  validation,
} from '../errors.ts';
import { decodeToken, tokenDue, type TokenNote } from '../expiry/expiry.ts';
import type { Item } from '../items/item.ts';
import {
  commitChanges,
  targetOf,
  whileTablesChange,
  type ItemChanges,
  type Target,
} from '../items/item-changes.ts';
import { TOKEN_LIFETIME_MS, TRANSACTION_BYTES_MAX } from '../limits.ts';
import { checkTransactable } from '../replication/strong-rules.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { Table } from '../tables/table.ts';
import {
  bindTransactionAction,
  checkTransactionAction,
  itemAfter,
  type TransactionAction,
} from '../items/transaction-actions.ts';
import { cancellationReason, NO_REASON } from '../items/transaction-reasons.ts';
import { olderLayer as layer } from '../validation.ts';
import { metricsByTable } from './batch-write-item.ts';

export const transactWriteItems: DynamoDBOperation<'TransactWriteItems'> = async (
  state,
  input,
  context,
) => {
  const actions = input.TransactItems.map((item) => bindTransactionAction(item, layer));
  const content = input.TransactItems;
  return writeTransaction(state, context, { input, content, actions: () => actions });
};

export interface WriteTransaction {
  readonly input: Pick<
    TransactWriteItemsInput,
    'ClientRequestToken' | 'ReturnConsumedCapacity' | 'ReturnItemCollectionMetrics'
  >;
  /** What a request with the same token must have too. */
  readonly content: unknown;
  /** Asked again where tables have changed. */
  readonly actions: () => readonly TransactionAction[] | Promise<readonly TransactionAction[]>;
}

export async function writeTransaction(
  state: DynamoDBState,
  context: RequestContext,
  transaction: WriteTransaction,
): Promise<TransactWriteItemsOutput> {
  const token = tokenOf(transaction, state, context);
  const answer = await whileTablesChange(state, async () => {
    const actions = await transaction.actions();
    const sizeBytes = actions.reduce((sum, action) => sum + action.sizeBytes, 0);
    if (sizeBytes > TRANSACTION_BYTES_MAX) {
      throw validation('The aggregate size of the items in the transaction exceeds 4 MB.');
    }
    return attempt(state, transaction.input, context, actions, token);
  });
  if (token !== undefined) state.expiry.watch();
  return answer;
}

/** A client's token, and what tells whether a request with it is the same one again. */
interface Token {
  readonly key: Buffer;
  readonly fingerprint: string;
  readonly nowMs: number;
}

async function attempt(
  state: DynamoDBState,
  input: WriteTransaction['input'],
  context: RequestContext,
  actions: readonly TransactionAction[],
  token: Token | undefined,
): Promise<TransactWriteItemsOutput> {
  const names = actions.map(({ tableName }) => tableName);
  const tables = await tablesNamed(state, names, context, layer);
  checkTransactable(tables.values());
  const { targets, reasons } = prepare(actions, tables);
  if (targets.length < actions.length) throw transactionCanceled(reasons);
  return commitChanges(
    state,
    targets,
    (items, changes, noted) => {
      if (token !== undefined && isReplay(token, noted)) {
        return replayed(input, actions, items, tables);
      }
      const units = decide(actions, targets, items, changes);
      if (token !== undefined) noteToken(token, changes);
      return {
        ItemCollectionMetrics:
          input.ReturnItemCollectionMetrics === 'SIZE'
            ? metricsByTable(actions, targets, changes)
            : undefined,
        ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables, 'write'),
      };
    },
    token?.key,
  );
}

/** Fewer targets than actions where some cannot be done, whatever their items are. */
function prepare(
  actions: readonly TransactionAction[],
  tables: ReadonlyMap<string, Table>,
): { readonly targets: Target[]; readonly reasons: CancellationReason[] } {
  const targets: Target[] = [];
  const reasons = actions.map((action) => {
    const table = tables.get(action.tableName) as Table;
    try {
      checkTransactionAction(table, action);
      targets.push(targetOf(table, action.attributes));
      return NO_REASON;
    } catch (error) {
      return cancellationReason(error);
    }
  });
  const distinct = new Set(targets.map(({ itemKey }) => itemKey.toString('latin1')));
  if (distinct.size < targets.length) throw duplicateTargets();
  return { targets, reasons };
}

function decide(
  actions: readonly TransactionAction[],
  targets: readonly Target[],
  items: readonly (Item | undefined)[],
  changes: ItemChanges,
): UnitsByTable {
  const units = new UnitsByTable();
  const reasons = actions.map((action, at) => {
    const target = targets[at] as Target;
    const before = items[at];
    try {
      const after = itemAfter(target.table, action, before);
      units.add(action.tableName, changes.change(target, before, after), 2);
      return NO_REASON;
    } catch (error) {
      return cancellationReason(error);
    }
  });
  if (reasons.some((reason) => reason !== NO_REASON)) throw transactionCanceled(reasons);
  return units;
}

/** A transaction done before is answered again, and paid as the reading of its items. */
function replayed(
  input: WriteTransaction['input'],
  actions: readonly TransactionAction[],
  items: readonly (Item | undefined)[],
  tables: ReadonlyMap<string, Table>,
): TransactWriteItemsOutput {
  const units = new UnitsByTable();
  for (const [at, { tableName }] of actions.entries()) {
    const cost = new Units();
    cost.table = readUnits(items[at]?.sizeBytes ?? 0, true);
    units.add(tableName, cost, 2);
  }
  return { ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables, 'read') };
}

function tokenOf(
  { input: { ClientRequestToken: token }, content }: WriteTransaction,
  { environment }: DynamoDBState,
  { accountId, region }: RequestContext,
): Token | undefined {
  if (token === undefined) return undefined;
  return {
    key: encodeKey(['dynamodb', accountId, region, 'token', token]),
    fingerprint: createHash('sha256').update(sortedJson(content)).digest('base64'),
    nowMs: environment.clock.nowMs(),
  };
}

function isReplay({ fingerprint, nowMs }: Token, noted: Value | undefined): boolean {
  if (noted === undefined) return false;
  const note = decodeToken(noted);
  if (note.dueMs <= nowMs) return false;
  if (note.fingerprint !== fingerprint) throw idempotentParameterMismatch();
  return true;
}

function noteToken({ key, fingerprint, nowMs }: Token, changes: ItemChanges): void {
  const dueMs = nowMs + TOKEN_LIFETIME_MS;
  const note: TokenNote = { fingerprint, dueMs };
  changes.also({ type: 'put', key, value: Buffer.from(JSON.stringify(note)) });
  changes.also(tokenDue(key, dueMs));
}

/** JSON with the members of objects in one order, whichever the client has sent them in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1));
  });
}
