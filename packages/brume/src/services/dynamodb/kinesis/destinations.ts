/**
 * Kinesis streams that a table's changes are to go to: kept and described as AWS does. There is no
 * Kinesis, so nothing is delivered, and the description says so.
 */
import type {
  ApproximateCreationDateTimePrecision,
  DestinationStatus,
  KinesisDataStreamDestination,
} from '../../../model/generated/dynamodb.types.ts';
import { validation } from '../errors.ts';
import type { TableDefinition } from '../tables/table.ts';
import { invalidState, precisionIsSet, tooManyDestinations, unknownDestination } from './errors.ts';
import { DESTINATIONS_MAX, DISABLED_REMEMBERED_MAX, STATUS_CHANGE_MS } from './limits.ts';

export type Precision = ApproximateCreationDateTimePrecision;

/** As a table's definition has it. */
export interface DestinationDefinition {
  readonly streamArn: string;
  readonly change: 'ENABLE' | 'UPDATE' | 'DISABLE';
  readonly changedMs: number;
  readonly precision?: Precision;
}

const ARN = /^arn:aws[a-z-]*:kinesis:[^:]+:\d{12}:stream\/[a-zA-Z0-9_.-]+$/;

/** Milliseconds where nothing else was asked for (Developer Guide, "Kinesis Data Streams"). */
const PRECISION: Precision = 'MILLISECOND';

const UNDER_WAY = { ENABLE: 'ENABLING', UPDATE: 'UPDATING', DISABLE: 'DISABLING' } as const;
const DONE = { ENABLE: 'ACTIVE', UPDATE: 'ACTIVE', DISABLE: 'DISABLED' } as const;

function destinationStatus(
  { change, changedMs }: DestinationDefinition,
  nowMs: number,
): DestinationStatus {
  return (nowMs - changedMs < STATUS_CHANGE_MS ? UNDER_WAY : DONE)[change];
}

export function enabled(
  table: TableDefinition,
  streamArn: string,
  precision: Precision | undefined,
  nowMs: number,
): TableDefinition {
  if (!ARN.test(streamArn)) throw validation(`Invalid StreamArn: ${streamArn}`);
  const current = find(table, streamArn);
  if (current !== undefined && destinationStatus(current, nowMs) !== 'DISABLED') {
    throw invalidState(
      'EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE ' +
        'operation.',
    );
  }
  const active = all(table).filter(({ change }) => change !== 'DISABLE');
  if (active.length >= DESTINATIONS_MAX) throw tooManyDestinations();
  const changed = { change: 'ENABLE', changedMs: nowMs } as const;
  return replaced(table, { streamArn, ...changed, ...(precision && { precision }) });
}

export function updated(
  table: TableDefinition,
  streamArn: string,
  precision: Precision,
  nowMs: number,
): TableDefinition {
  const current = find(table, streamArn);
  if (current === undefined) throw unknownDestination(streamArn, table.tableName);
  if (destinationStatus(current, nowMs) !== 'ACTIVE') throw notActive('UPDATE');
  if ((current.precision ?? PRECISION) === precision) {
    throw precisionIsSet(precision, table.tableId, streamArn);
  }
  return replaced(table, { streamArn, change: 'UPDATE', changedMs: nowMs, precision });
}

export function disabled(
  table: TableDefinition,
  streamArn: string,
  nowMs: number,
): TableDefinition {
  const current = find(table, streamArn);
  if (current === undefined) throw unknownDestination(streamArn, table.tableName);
  if (destinationStatus(current, nowMs) !== 'ACTIVE') throw notActive('DISABLE');
  return replaced(table, { ...current, change: 'DISABLE', changedMs: nowMs });
}

/** Without a precision where none was asked for (recorded 2026-01, `describe`). */
export function describeDestinations(
  table: TableDefinition,
  nowMs: number,
): KinesisDataStreamDestination[] {
  return all(table).map((destination) => ({
    StreamArn: destination.streamArn,
    DestinationStatus: destinationStatus(destination, nowMs),
    DestinationStatusDescription: 'Brume has no Kinesis: nothing is delivered to this stream.',
    ApproximateCreationDateTimePrecision: destination.precision,
  }));
}

function all({ destinations = [] }: TableDefinition): readonly DestinationDefinition[] {
  return destinations;
}

function find(table: TableDefinition, arn: string): DestinationDefinition | undefined {
  return all(table).find(({ streamArn }) => streamArn === arn);
}

function replaced(table: TableDefinition, next: DestinationDefinition): TableDefinition {
  const others = all(table).filter(({ streamArn }) => streamArn !== next.streamArn);
  const ended = others.filter(({ change }) => change === 'DISABLE');
  const forgotten = new Set(ended.slice(0, Math.max(0, ended.length - DISABLED_REMEMBERED_MAX)));
  return { ...table, destinations: [...others.filter((each) => !forgotten.has(each)), next] };
}

/** aws/aws-cdk#16393 (2021-09-06), for DISABLE; it speaks of enabling whatever is asked. */
function notActive(operation: 'UPDATE' | 'DISABLE'): Error {
  return invalidState(
    `KinesisStreamingDestination must be ACTIVE to perform ${operation} operation.`,
  );
}
