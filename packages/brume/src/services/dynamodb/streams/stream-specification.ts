/** Enabling and disabling the stream of a table: what AWS refuses, and what is written. */
import type {
  StreamSpecification,
  UpdateTableInput,
} from '../../../model/generated/dynamodb.types.ts';
import type { Environment } from '../../../environment/environment.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import { invalidParameters, validation } from '../errors.ts';
import type { TableDefinition } from '../tables/table.ts';
import { encodeHead, NEW_HEAD } from './head.ts';
import { RETENTION_MS } from './limits.ts';
import {
  decodeStream,
  labelMs,
  streamKey,
  streamKeys,
  streamLabel,
  streamsPrefix,
  type StoredStream,
  type StreamDefinition,
  type StreamScope,
} from './stream.ts';
import { trimDue } from './trim-queue.ts';

/** For CreateTable. AWS's names of parameters are other ones (aws-controllers-k8s, 2026-10). */
export function checkNewStream(asked: StreamSpecification | undefined): void {
  if (asked?.StreamEnabled === true && asked.StreamViewType === undefined) {
    throw invalidParameters(
      'Table is being created with a stream enabled, UpdateViewType is required',
    );
  }
  if (asked?.StreamEnabled === false && asked.StreamViewType !== undefined) {
    throw invalidParameters(
      'Table is being created with a stream disabled, UpdateViewType should not be specified',
    );
  }
}

/** For UpdateTable, before it looks for the table (verified 2026-10-09 against AWS). */
export function checkStreamChange(input: UpdateTableInput): void {
  const asked = input.StreamSpecification;
  if (asked === undefined) return;
  if (asked.StreamEnabled && asked.StreamViewType === undefined) {
    throw invalidParameters('If stream is being enabled then UpdateViewType is required');
  }
  if (!asked.StreamEnabled && asked.StreamViewType !== undefined) {
    throw invalidParameters(
      'If stream is being disabled, then UpdateViewType must not be specified',
    );
  }
  if (input.ProvisionedThroughput !== undefined) {
    throw invalidParameters('You cannot modify stream status while updating table IOPS');
  }
  if (input.GlobalSecondaryIndexUpdates?.some((update) => update.Create ?? update.Delete)) {
    throw invalidParameters('You cannot create or delete index while changing stream status');
  }
}

/** The stream that is asked for; undefined where none is. Its label is like no other of its table. */
export async function newStream(
  store: OrderedStore,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
  scope: StreamScope,
  tableName: string,
  asked: StreamSpecification | undefined,
): Promise<StreamDefinition | undefined> {
  const viewType = asked?.StreamViewType;
  if (asked?.StreamEnabled !== true || viewType === undefined) return undefined;
  const earlier = prefixRange(streamsPrefix(scope, tableName));
  const [last] = await store.range({ ...earlier, reverse: true, limit: 1 });
  const lastMs = last === undefined ? 0 : labelMs(decodeStream(last.value).label);
  const label = streamLabel(Math.max(clock.nowMs(), lastMs + 1));
  return { id: random.uuid(), label, viewType, enabled: true };
}

export interface StreamChange {
  readonly next: TableDefinition;
  readonly writes: readonly Write[];
}

/** What UpdateTable makes of a table's stream. `created` is the new one, where one is asked for. */
export function changedStream(
  table: TableDefinition,
  asked: StreamSpecification | undefined,
  created: StreamDefinition | undefined,
  nowMs: number,
): StreamChange {
  if (asked === undefined) return { next: table, writes: [] };
  const { stream: current, tableName } = table;
  const isEnabled = current?.enabled === true;
  if (created !== undefined) {
    if (isEnabled) throw validation(`Table already has an enabled stream: TableName: ${tableName}`);
    const next = { ...table, stream: created };
    return { next, writes: streamStarted(next, nowMs) };
  }
  if (!isEnabled) throw validation(`Table has no stream to disable: TableName: ${tableName}`);
  // The label and the ARN stay in the table's description (verified 2026-10-09 against AWS).
  const next = { ...table, stream: { ...current, enabled: false } };
  return { next, writes: streamEnded(table, nowMs) };
}

/** To be written with the table that begins to have a stream. */
export function streamStarted(table: TableDefinition, nowMs: number): Write[] {
  const stored = storedStream(table);
  if (stored === undefined) return [];
  const head = encodeHead({ ...NEW_HEAD, openedMs: nowMs });
  return [
    putStream(stored),
    { type: 'put', key: streamKeys(stored, stored.id).head, value: head },
    trimDue(stored, nowMs + RETENTION_MS),
  ];
}

/** To be written with the table that ceases to have a stream, or to be. */
export function streamEnded(table: TableDefinition, nowMs: number): Write[] {
  const stored = storedStream(table);
  if (stored === undefined) return [];
  return [putStream({ ...stored, disabledMs: nowMs }), trimDue(stored, nowMs + RETENTION_MS)];
}

function storedStream(table: TableDefinition): StoredStream | undefined {
  const { accountId, region, tableName, keySchema, stream } = table;
  if (stream?.enabled !== true) return undefined;
  const { id, label, viewType } = stream;
  const createdMs = labelMs(label);
  return { id, accountId, region, tableName, label, viewType, keySchema, createdMs };
}

function putStream(stored: StoredStream): Write {
  const key = streamKey(stored, stored.tableName, stored.label);
  return { type: 'put', key, value: Buffer.from(JSON.stringify(stored)) };
}
