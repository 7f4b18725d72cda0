/**
 * What a table was at other times: before every change, what the item was. It is kept for tables with
 * point-in-time recovery, and for others while something reads them as they were at one moment. Under
 * `dynamodb | account | region`:
 *
 *   history-head | id             the position of the last change
 *   history | id | item's key | position       the stored item before the change; nothing where none was
 *   history-time | id | position               the item's key
 *
 * A table at a position is its items now, but for each item with changes after the position what it was
 * before the first of these. No copy of the table is kept; a change costs two entries and the head.
 */
import { encodeKey } from '../../../storage/key-encoding.ts';
import type { Value } from '../../../storage/ordered-store.ts';
import type { StreamScope } from '../streams/stream.ts';

/** As a table's definition has it. */
export interface HistoryDefinition {
  readonly id: string;
  readonly holds: readonly Hold[];
}

/** Changes after a hold are kept, however old, for the job that reads the table as it was then. */
export interface Hold {
  readonly jobId: string;
  readonly afterMs: number;
}

/** As a table's definition has it, with point-in-time recovery. */
export interface RecoveryDefinition {
  /** The table cannot be restored to an earlier time. */
  readonly sinceMs: number;
  readonly periodDays: number;
  /** When recovery was enabled, or its period changed. */
  readonly changedMs: number;
}

export interface HistoryKeys {
  readonly head: Buffer;
  /** Before the keys of all changes, in the order of their items. */
  readonly changes: Buffer;
  /** Before the keys of all changes, in their own order. */
  readonly times: Buffer;
}

/**
 * Where a change is among all changes of its table: they are in the order of their commits, and their
 * times never go back, whatever the clock does.
 */
export interface Position {
  readonly ms: number;
  readonly sequence: number;
}

export const POSITION_BYTES = 16;
const START: Position = { ms: 0, sequence: 0 };

export function historyKeys({ accountId, region }: StreamScope, id: string): HistoryKeys {
  const idBytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  const keyOf = (kind: string) => encodeKey(['dynamodb', accountId, region, kind, idBytes]);
  return {
    head: keyOf('history-head'),
    changes: keyOf('history'),
    times: keyOf('history-time'),
  };
}

/** After all changes of that millisecond. */
export function endOf(ms: number): Position {
  return { ms, sequence: Number.MAX_SAFE_INTEGER };
}

export function encodePosition({ ms, sequence }: Position): Buffer {
  const bytes = Buffer.allocUnsafe(POSITION_BYTES);
  bytes.writeBigUInt64BE(BigInt(ms), 0);
  bytes.writeBigUInt64BE(BigInt(sequence), 8);
  return bytes;
}

/** The position that a key ends with, or that is the head's value. */
export function decodePosition(bytes: Uint8Array): Position {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    ms: Number(buffer.readBigUInt64BE(buffer.length - POSITION_BYTES)),
    sequence: Number(buffer.readBigUInt64BE(buffer.length - POSITION_BYTES + 8)),
  };
}

export function headPosition(value: Value | undefined): Position {
  return value === undefined ? START : decodePosition(value);
}

export function isAfter(a: Position, b: Position): boolean {
  return a.ms === b.ms ? a.sequence > b.sequence : a.ms > b.ms;
}

/** Where a table is when it is read as it was at that time; as it is now, where that is no past time. */
export function positionAt(ms: number, head: Position): Position {
  return ms < head.ms ? endOf(ms) : head;
}
