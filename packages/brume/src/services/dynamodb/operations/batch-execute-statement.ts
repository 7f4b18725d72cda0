/**
 * BatchExecuteStatement: up to 25 statements on single items, all reads or all writes, each for
 * itself: what goes wrong with one is told in its place.
 */
import { AwsError } from '../../../model/aws-error.ts';
import type {
  BatchStatementErrorCodeEnum,
  BatchStatementRequest,
  BatchStatementResponse,
  ConsumedCapacity,
  ReturnConsumedCapacity,
} from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { consumedCapacity, readUnits, Units } from '../capacity.ts';
import { validation } from '../errors.ts';
import { Item } from '../items/item.ts';
import { targetOf } from '../items/item-changes.ts';
import { checkKey } from '../items/key-validation.ts';
import { bindStatement, type Select, type Statement } from '../partiql/bind.ts';
import { keyedCondition } from '../partiql/key-equalities.ts';
import { parameterValues } from '../partiql/parameters.ts';
import { existsOutsideTransaction } from '../partiql/problems.ts';
import { selectedAttributes } from '../partiql/projection-names.ts';
import { checkRead } from '../partiql/select.ts';
import { sourceIndex, sourceTable } from '../partiql/source-table.ts';
import { runWrite, writeAction } from '../partiql/writes.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { Table } from '../tables/table.ts';
import { duplicateKeys } from './batch-get-item.ts';

export const batchExecuteStatement: DynamoDBOperation<'BatchExecuteStatement'> = async (
  state,
  input,
  context,
) => {
  const members: Member[] = [];
  for (const request of input.Statements) members.push(await prepare(state, request, context));
  checkMembers(members);
  const responses: BatchStatementResponse[] = [];
  const capacities: ConsumedCapacity[] = [];
  for (const member of members) {
    const { capacity, ...response } = await run(
      state,
      member,
      input.ReturnConsumedCapacity,
      context,
    );
    responses.push(response);
    if (capacity !== undefined) capacities.push(capacity);
  }
  return {
    Responses: responses,
    ConsumedCapacity: capacities.length === 0 ? undefined : capacities,
  };
};

type Member =
  | { readonly error: AwsError; readonly isRead?: boolean }
  | {
      readonly error?: undefined;
      readonly request: BatchStatementRequest;
      readonly statement: Statement;
      readonly table: Table;
      /** The key, or the item that holds it. */
      readonly attributes: AttributeMap;
      readonly isRead: boolean;
    };

async function prepare(
  state: DynamoDBState,
  request: BatchStatementRequest,
  context: RequestContext,
): Promise<Member> {
  let isRead: boolean | undefined;
  try {
    const statement = bindStatement(request.Statement, parameterValues(request.Parameters));
    isRead = statement.type === 'select';
    if (statement.type === 'select' && statement.exists) throw existsOutsideTransaction();
    const table = await sourceTable(state, statement.source, context);
    const attributes =
      statement.type === 'select'
        ? readKey(table, statement, request.ConsistentRead === true)
        : writeAction(table, statement, undefined).attributes;
    if (statement.type !== 'insert') checkKey(table, attributes);
    return { request, statement, table, attributes, isRead };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error, ...(isRead === undefined ? {} : { isRead }) };
  }
}

/** Nothing but the key of one item of the table can be asked for. */
function readKey(table: Table, select: Select, consistent: boolean): AttributeMap {
  const index = sourceIndex(table, select.source);
  const keyed = index === undefined ? keyedCondition(table, select.where) : undefined;
  if (keyed === undefined || keyed.rest.length > 0) {
    throw validation(
      'Select statements within BatchExecuteStatement must specify the primary key in the where ' +
        'clause.',
    );
  }
  checkRead(table, index, select, consistent);
  return keyed.key;
}

/** What is refused of the batch as a whole. */
function checkMembers(members: readonly Member[]): void {
  const kinds = new Set(members.flatMap(({ isRead }) => isRead ?? []));
  if (kinds.size > 1) {
    throw validation('Read and write requests together in the same batch is not supported.');
  }
  const keys = members.flatMap((member) =>
    member.error === undefined
      ? targetOf(member.table, member.attributes).itemKey.toString('latin1')
      : [],
  );
  if (new Set(keys).size < keys.length) throw duplicateKeys();
}

type Response = BatchStatementResponse & { readonly capacity?: ConsumedCapacity | undefined };

async function run(
  state: DynamoDBState,
  member: Member,
  capacityMode: ReturnConsumedCapacity | undefined,
  context: RequestContext,
): Promise<Response> {
  if (member.error !== undefined) return { Error: statementError(member.error) };
  const { request, statement, table, attributes } = member;
  const { source } = statement;
  const TableName = source.table;
  if (statement.type === 'select') {
    const value = await state.store.get(targetOf(table, attributes).itemKey);
    const item = value && Item.stored(value);
    const units = new Units();
    units.table = readUnits(item?.sizeBytes ?? 0, request.ConsistentRead);
    const { projection } = statement;
    return {
      TableName,
      Item: item && (projection ? selectedAttributes(item.attributes, projection) : item.encoded()),
      capacity: consumedCapacity(capacityMode, TableName, table, units, 'read'),
    };
  }
  const onFailure = request.ReturnValuesOnConditionCheckFailure;
  try {
    const { item, capacity } = await runWrite(
      state,
      { write: statement, onFailure, capacityMode, capacityKind: 'write' },
      context,
    );
    return { TableName, Item: item, capacity };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // The table is told where the statement came as far as its item.
    const ran = RAN.has(error.code);
    return { Error: statementError(error), TableName: ran ? TableName : undefined };
  }
}

const RAN: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'DuplicateItemException',
]);

const CODES: ReadonlyMap<string, BatchStatementErrorCodeEnum> = new Map([
  ['ValidationException', 'ValidationError'],
  ['ConditionalCheckFailedException', 'ConditionalCheckFailed'],
  ['DuplicateItemException', 'DuplicateItem'],
  ['ResourceNotFoundException', 'ResourceNotFound'],
  ['AccessDeniedException', 'AccessDenied'],
  ['ItemCollectionSizeLimitExceededException', 'ItemCollectionSizeLimitExceeded'],
]);

function statementError(error: AwsError): NonNullable<BatchStatementResponse['Error']> {
  const code = CODES.get(error.code);
  if (code === undefined) throw error;
  const item = error.fields['Item'] as AttributeMap | undefined;
  return { Code: code, Message: error.message, Item: item };
}
