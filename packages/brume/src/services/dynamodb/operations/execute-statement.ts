/** ExecuteStatement: one statement of PartiQL. */
import { bindStatement } from '../partiql/bind.ts';
import { parameterValues } from '../partiql/parameters.ts';
import { existsOutsideTransaction } from '../partiql/problems.ts';
import { runSelect } from '../partiql/select.ts';
import { runWrite } from '../partiql/writes.ts';
import type { DynamoDBOperation } from '../state.ts';

export const executeStatement: DynamoDBOperation<'ExecuteStatement'> = async (
  state,
  input,
  context,
) => {
  const parameters = parameterValues(input.Parameters);
  const statement = bindStatement(input.Statement, parameters);
  if (statement.type === 'select') {
    if (statement.exists) throw existsOutsideTransaction();
    return runSelect(state, statement, input, parameters, context);
  }
  const { item, capacity } = await runWrite(
    state,
    {
      write: statement,
      onFailure: input.ReturnValuesOnConditionCheckFailure,
      capacityMode: input.ReturnConsumedCapacity,
      capacityKind: undefined,
    },
    context,
  );
  return { Items: item === undefined ? [] : [item], ConsumedCapacity: capacity };
};
