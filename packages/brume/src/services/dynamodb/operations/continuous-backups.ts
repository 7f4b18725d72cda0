/** UpdateContinuousBackups and DescribeContinuousBackups. */
import { continuousBackupsUnavailable, tableNotFoundException } from '../recovery/errors.ts';
import { changedRecovery, describeRecovery } from '../recovery/recovery-window.ts';
import type { DynamoDBOperation } from '../state.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const updateContinuousBackups: DynamoDBOperation<'UpdateContinuousBackups'> = async (
  state,
  input,
  context,
) => {
  const name = administeredTableName(input.TableName, context);
  const historyId = state.environment.random.uuid();
  const nowMs = state.environment.clock.nowMs();
  const { PointInTimeRecoverySpecification: asked } = input;
  const definition = await state.catalog.change(name, context, (table) => {
    if (table === undefined) throw tableNotFoundException(input.TableName);
    if (table.definition.filling) throw continuousBackupsUnavailable(name);
    const change = changedRecovery(table.definition, asked, historyId, nowMs);
    return { ...change, result: change.next };
  });
  state.retention.watch();
  state.garbage.collect();
  return { ContinuousBackupsDescription: describeRecovery(definition, nowMs) };
};

export const describeContinuousBackups: DynamoDBOperation<'DescribeContinuousBackups'> = async (
  state,
  input,
  context,
) => {
  const name = administeredTableName(input.TableName, context);
  const table = await state.catalog.find(name, context);
  if (table === undefined) throw tableNotFoundException(input.TableName);
  const nowMs = state.environment.clock.nowMs();
  return { ContinuousBackupsDescription: describeRecovery(table.definition, nowMs) };
};
