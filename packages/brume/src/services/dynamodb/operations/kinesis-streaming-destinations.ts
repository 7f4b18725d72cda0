/**
 * EnableKinesisStreamingDestination, UpdateKinesisStreamingDestination,
 * DisableKinesisStreamingDestination and DescribeKinesisStreamingDestination.
 */
import type { RequestContext } from '../../service.ts';
import { tableNotFound } from '../errors.ts';
import { describeDestinations, disabled, enabled, updated } from '../kinesis/destinations.ts';
import { nothingToUpdate } from '../kinesis/errors.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import type { TableDefinition } from '../tables/table.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const enableKinesisStreamingDestination: DynamoDBOperation<
  'EnableKinesisStreamingDestination'
> = async (state, input, context) => {
  const { StreamArn, EnableKinesisStreamingConfiguration: asked = {} } = input;
  const { ApproximateCreationDateTimePrecision: precision } = asked;
  const TableName = await changeTable(state, input.TableName, context, (table, nowMs) =>
    enabled(table, StreamArn, precision, nowMs),
  );
  return {
    TableName,
    StreamArn,
    DestinationStatus: 'ENABLING',
    EnableKinesisStreamingConfiguration: asked,
  };
};

export const updateKinesisStreamingDestination: DynamoDBOperation<
  'UpdateKinesisStreamingDestination'
> = async (state, input, context) => {
  const { StreamArn, UpdateKinesisStreamingConfiguration: asked = {} } = input;
  const { ApproximateCreationDateTimePrecision: precision } = asked;
  if (precision === undefined) throw nothingToUpdate();
  const TableName = await changeTable(state, input.TableName, context, (table, nowMs) =>
    updated(table, StreamArn, precision, nowMs),
  );
  return {
    TableName,
    StreamArn,
    DestinationStatus: 'UPDATING',
    UpdateKinesisStreamingConfiguration: asked,
  };
};

export const disableKinesisStreamingDestination: DynamoDBOperation<
  'DisableKinesisStreamingDestination'
> = async (state, input, context) => {
  const { StreamArn } = input;
  const TableName = await changeTable(state, input.TableName, context, (table, nowMs) =>
    disabled(table, StreamArn, nowMs),
  );
  return { TableName, StreamArn, DestinationStatus: 'DISABLING' };
};

export const describeKinesisStreamingDestination: DynamoDBOperation<
  'DescribeKinesisStreamingDestination'
> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  const table = await state.catalog.find(name, context);
  if (table === undefined) throw tableNotFound(name);
  const nowMs = state.environment.clock.nowMs();
  return {
    TableName: name,
    KinesisDataStreamDestinations: describeDestinations(table.definition, nowMs),
  };
};

/** Answers with the table's name. */
function changeTable(
  { catalog, environment }: DynamoDBState,
  nameOrArn: string,
  context: RequestContext,
  changed: (table: TableDefinition, nowMs: number) => TableDefinition,
): Promise<string> {
  const name = administeredTableName(nameOrArn, context);
  const nowMs = environment.clock.nowMs();
  return catalog.change(name, context, (table) => {
    if (table === undefined) throw tableNotFound(name);
    return { next: changed(table.definition, nowMs), result: name };
  });
}
