/** ExecuteTransaction: up to a hundred statements, all reads or all writes, done all or none. */
import { AwsError } from '../../../model/aws-error.ts';
import type {
  ExecuteTransactionInput,
  ExecuteTransactionOutput,
  ParameterizedStatement,
} from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { attributesSizeBytes, type AttributeMap } from '../items/attribute-value.ts';
import { UnitsByTable } from '../items/batch.ts';
import { readUnits, Units } from '../capacity.ts';
import { duplicateTargets, validation } from '../errors.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { checkKey } from '../items/key-validation.ts';
import { bindStatement, type Select, type Statement } from '../partiql/bind.ts';
import { keyedCondition } from '../partiql/key-equalities.ts';
import { parameterValues } from '../partiql/parameters.ts';
import { selectedAttributes } from '../partiql/projection-names.ts';
import { checkRead } from '../partiql/select.ts';
import { sourceTable } from '../partiql/source-table.ts';
import { conditionOnItem, writeAction } from '../partiql/writes.ts';
import { checkTransactable } from '../replication/strong-rules.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { Table } from '../tables/table.ts';
import type { TransactionAction } from '../items/transaction-actions.ts';
import { writeTransaction } from './transact-write-items.ts';

export const executeTransaction: DynamoDBOperation<'ExecuteTransaction'> = async (
  state,
  input,
  context,
) => {
  const requests = input.TransactStatements;
  const parameters = requests.map(({ Parameters }) => parameterValues(Parameters));
  const statements = requests.map(({ Statement }, at) =>
    inStatement(at, () => checked(bindStatement(Statement, parameters[at] ?? []))),
  );
  const reads = statements.filter((each): each is Select => isRead(each));
  if (reads.length === statements.length) return readItems(state, input, reads, context);
  if (reads.length > 0) {
    throw validation(
      'ExecuteTransaction API does not support both read and write operations in the same ' +
        'request.',
    );
  }
  const { ConsumedCapacity } = await writeTransaction(state, context, {
    input,
    content: requests,
    actions: () => bindActions(state, requests, statements, context),
  });
  return { Responses: [], ConsumedCapacity };
};

function isRead(statement: Statement): boolean {
  return statement.type === 'select' && !statement.exists;
}

function checked(statement: Statement): Statement {
  if ('returning' in statement && statement.returning !== undefined) {
    throw validation('RETURNING clause is not supported in ExecuteTransaction.');
  }
  return statement;
}

async function bindActions(
  state: DynamoDBState,
  requests: readonly ParameterizedStatement[],
  statements: readonly Statement[],
  context: RequestContext,
): Promise<TransactionAction[]> {
  const actions: TransactionAction[] = [];
  for (const [at, statement] of statements.entries()) {
    const onFailure = requests[at]?.ReturnValuesOnConditionCheckFailure;
    const table = await sourceTable(state, statement.source, context);
    actions.push(
      inStatement(at, () =>
        statement.type === 'select'
          ? existsAction(table, statement, onFailure)
          : writeAction(table, statement, onFailure),
      ),
    );
  }
  return actions;
}

/** `EXISTS(SELECT …)`, which is a condition on an item that nothing is done to. */
function existsAction(
  table: Table,
  { source, where }: Select,
  onFailure: TransactionAction['onFailure'],
): TransactionAction {
  if (source.index !== undefined) {
    throw validation('Operations on indices are not supported in transactions');
  }
  const keyed = keyedCondition(table, where);
  if (keyed === undefined || keyed.rest.length === 0) {
    throw validation('EXISTS() must contain a single item read with additional condition');
  }
  return {
    type: 'check',
    tableName: source.table,
    attributes: keyed.key,
    sizeBytes: attributesSizeBytes(keyed.key),
    updates: [],
    condition: conditionOnItem(table, keyed.rest),
    onFailure,
  };
}

async function readItems(
  state: DynamoDBState,
  input: ExecuteTransactionInput,
  selects: readonly Select[],
  context: RequestContext,
): Promise<ExecuteTransactionOutput> {
  const tables = new Map<string, Table>();
  const itemKeys: Buffer[] = [];
  for (const [at, select] of selects.entries()) {
    const table = await sourceTable(state, select.source, context);
    tables.set(select.source.table, table);
    const key = inStatement(at, () => readKey(table, select));
    itemKeys.push(targetOf(table, key).itemKey);
  }
  checkTransactable(tables.values());
  const distinct = new Set(itemKeys.map((key) => key.toString('latin1')));
  if (distinct.size < itemKeys.length) throw duplicateTargets();
  const values = await state.store.getMany(itemKeys);
  const units = new UnitsByTable();
  const responses = selects.map(({ source, projection }, at) => {
    const value = values[at];
    const item = value && Item.stored(value);
    const cost = new Units();
    cost.table = readUnits(item?.sizeBytes ?? 0, true);
    units.add(source.table, cost, 2);
    return {
      Item: item && (projection ? selectedAttributes(item.attributes, projection) : item.encoded()),
    };
  });
  return {
    Responses: responses,
    ConsumedCapacity: units.answer(input.ReturnConsumedCapacity, tables, 'read'),
  };
}

function readKey(table: Table, select: Select): AttributeMap {
  if (select.source.index !== undefined) {
    throw validation('Reads on indices are not supported within transactions.');
  }
  const keyed = keyedCondition(table, select.where);
  if (keyed === undefined || keyed.rest.length > 0) {
    throw validation(
      'Select statements within ExecuteTransaction must specify the primary key in the where ' +
        'clause.',
    );
  }
  checkRead(table, undefined, select, true);
  checkKey(table, keyed.key);
  return keyed.key;
}

/** Says which statement it is that cannot be done. */
function inStatement<Result>(at: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    throw validation(`Validation failed in TransactStatements[${at}]: ${error.message}`);
  }
}
