/**
 * What an EVENTUAL global table keeps beside its items. Under `dynamodb | account | region`:
 *
 *   replica-head | member                    the time of the table's last change
 *   replica-version | member | item's key    when and where the item was last written, or deleted
 *
 * and for all tables together, under `dynamodb | - | -`:
 *
 *   replica-outbox | account | table | from | to | time   a change that has not come to a region yet
 *   replica-tombstone | time | key       the versions of deleted items, to be forgotten some day
 *
 * Times are microseconds that never go back for a table: a change is later than all that the table has
 * seen, also from elsewhere, whatever the clock does.
 */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { TableDefinition } from '../tables/table.ts';
import { isStrong, otherReplicas, replicaOf } from './global-table.ts';

export interface ReplicationKeys {
  readonly head: Buffer;
  /** Before the versions of items. */
  readonly versions: Buffer;
  /** Where changes are to go. */
  readonly lanes: readonly Lane[];
}

/** From one table of a global table to another. */
export interface Lane {
  readonly accountId: string;
  readonly tableName: string;
  readonly from: string;
  readonly to: string;
  readonly toTableId: string;
}

/** Which of two writes of an item is the last: the later, or that of the region whose name is greater. */
export interface Version {
  readonly time: number;
  readonly region: string;
  readonly deleted?: true;
}

const OUTBOX = ['dynamodb', '-', '-', 'replica-outbox'];
const TOMBSTONES = ['dynamodb', '-', '-', 'replica-tombstone'];
const MICROSECONDS = 1000;

/** Undefined where nothing goes anywhere. */
export function replicationKeys(definition: TableDefinition): ReplicationKeys | undefined {
  const { accountId, region, tableName } = definition;
  const others = otherReplicas(definition);
  const own = replicaOf(definition);
  if (own === undefined || others.length === 0 || isStrong(definition)) return undefined;
  const idBytes = Buffer.from(own.memberId.replaceAll('-', ''), 'hex');
  const keyOf = (kind: string) => encodeKey(['dynamodb', accountId, region, kind, idBytes]);
  return {
    head: keyOf('replica-head'),
    versions: keyOf('replica-version'),
    lanes: others
      .filter(({ status }) => status !== 'DELETING')
      .map((to) => ({ accountId, tableName, from: region, to: to.region, toTableId: to.tableId })),
  };
}

function laneParts({ accountId, tableName, from, to }: Lane): string[] {
  return [...OUTBOX, accountId, tableName, from, to];
}

/** All that waits to leave a table, or a lane, or anywhere. */
export function outboxRange(...parts: readonly string[]): { start: Buffer; end: Buffer } {
  return prefixRange([...OUTBOX, ...parts]);
}

/** A change on its way. */
export interface Departure {
  readonly lane: Lane;
  readonly version: Version;
  /** The item's key after its table's prefix, base64. */
  readonly suffix: string;
}

/** A header of JSON, its length before it, then the stored item, or nothing where it was deleted. */
export function putDeparture(departure: Departure, itemBytes: Uint8Array | undefined): Write {
  const { lane, version } = departure;
  const header = Buffer.from(JSON.stringify(departure), 'utf8');
  const length = Buffer.allocUnsafe(HEADER_LENGTH_BYTES);
  length.writeUInt32BE(header.length);
  const key = encodeKey([...laneParts(lane), version.time]);
  return { type: 'put', key, value: Buffer.concat([length, header, itemBytes ?? NOTHING]) };
}

export function decodeDeparture(value: Value): {
  readonly departure: Departure;
  readonly itemBytes: Buffer | undefined;
} {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const end = HEADER_LENGTH_BYTES + bytes.readUInt32BE(0);
  const departure = JSON.parse(bytes.toString('utf8', HEADER_LENGTH_BYTES, end)) as Departure;
  return { departure, itemBytes: end === bytes.length ? undefined : bytes.subarray(end) };
}

const HEADER_LENGTH_BYTES = 4;
const NOTHING = Buffer.alloc(0);

export function decodeTime(value: Value | undefined): number {
  return value === undefined ? 0 : Number(Buffer.from(value).toString('latin1'));
}

export function encodeTime(time: number): Buffer {
  return Buffer.from(String(time), 'latin1');
}

/** The time of the next change of a table that has seen those until `last`. */
export function nextTime(last: number, nowMs: number): number {
  return Math.max(nowMs * MICROSECONDS, last + 1);
}

export function timeMs(time: number): number {
  return Math.floor(time / MICROSECONDS);
}

export function decodeVersion(value: Value | undefined): Version | undefined {
  return value && (JSON.parse(Buffer.from(value).toString('utf8')) as Version);
}

/** What was there before its table became global was written before all else. */
export function isNewer(version: Version, than: Version | undefined): boolean {
  if (than === undefined) return true;
  if (version.time !== than.time) return version.time > than.time;
  return version.region > than.region;
}

export function versionKey({ versions }: ReplicationKeys, suffix: Uint8Array): Buffer {
  return Buffer.concat([versions, suffix]);
}

/** With a deleted item's version, the note that it can be forgotten. */
export function versionWrites(key: Buffer, version: Version): Write[] {
  const put: Write = { type: 'put', key, value: Buffer.from(JSON.stringify(version)) };
  if (version.deleted !== true) return [put];
  const queued = encodeKey([...TOMBSTONES, version.time, key]);
  return [put, { type: 'put', key: queued, value: key }];
}

/** Deletions before that time. */
export function tombstones(beforeTime: number): { start: Buffer; end: Buffer } {
  return { ...prefixRange(TOMBSTONES), end: encodeKey([...TOMBSTONES, Math.max(0, beforeTime)]) };
}
