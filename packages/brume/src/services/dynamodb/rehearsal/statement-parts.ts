/**
 * The parts of requests in PartiQL, whose tables and items are in their text. What is no statement, or
 * has no key, is left to the operation to refuse.
 */
import type {
  AttributeValue,
  BatchExecuteStatementInput,
  ExecuteStatementInput,
  ExecuteTransactionInput,
} from '../../../model/generated/dynamodb.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { AttributeMap } from '../items/attribute-value.ts';
import { bindStatement, type Statement } from '../partiql/bind.ts';
import { keyedCondition } from '../partiql/key-equalities.ts';
import { parameterValues } from '../partiql/parameters.ts';
import type { Table } from '../tables/table.ts';
import type { ItemRequest, Part } from './request-parts.ts';

export function statementRequest(operation: string, input: unknown): ItemRequest | undefined {
  switch (operation) {
    case 'ExecuteStatement':
      return requestOf('single', [input as ExecuteStatementInput]);
    case 'BatchExecuteStatement':
      return requestOf('statements', (input as BatchExecuteStatementInput).Statements);
    case 'ExecuteTransaction':
      return requestOf('transaction', (input as ExecuteTransactionInput).TransactStatements);
    default:
      return undefined;
  }
}

interface StatementInput {
  readonly Statement: string;
  readonly Parameters?: readonly AttributeValue[] | undefined;
}

function requestOf(form: ItemRequest['form'], statements: readonly StatementInput[]): ItemRequest {
  return { form, parts: statements.map(partOf) };
}

function partOf({ Statement: text, Parameters }: StatementInput): Part | undefined {
  const statement = orNothing(() =>
    bindStatement(text, parameterValues(Parameters === undefined ? undefined : [...Parameters])),
  );
  if (statement === undefined) return undefined;
  const { table: tableName, index: indexName } = statement.source;
  // EXISTS is asked of an item that nothing is done to, as a ConditionCheck is.
  const kind = statement.type === 'select' && !statement.exists ? 'Read' : 'Write';
  return { tableName, kind, indexName, attributes: (table) => itemOf(table, statement) };
}

function itemOf(table: Table, statement: Statement): AttributeMap | undefined {
  if (statement.type === 'insert') return statement.item;
  return orNothing(() => keyedCondition(table, statement.where))?.key;
}

function orNothing<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
