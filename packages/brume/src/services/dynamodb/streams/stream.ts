/**
 * Streams of tables: what is stored of them, and where. Under `dynamodb | account | region`:
 *
 *   stream | table | label       the stream, for as long as it can be read
 *   stream-head | id             the shard that takes records, and the next sequence number
 *   stream-shard | id | number   a shard that takes none any more
 *   stream-record | id | number | sequence
 *
 * A stream has one shard at a time: its records are in the order of the commits, for the whole table.
 * (AWS has one for each partition of the table; a small table has one: recorded 2025-10-08.)
 */
import type { KeySchemaElement, StreamViewType } from '../../../model/generated/dynamodb.types.ts';
import { encodeKey, type KeyPart } from '../../../storage/key-encoding.ts';
import type { Value } from '../../../storage/ordered-store.ts';

/** As a table's definition has it. */
export interface StreamDefinition {
  readonly id: string;
  /** ISO 8601 with milliseconds: when the stream was asked for. */
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly enabled: boolean;
}

/** The stream that the changes of a table are written to now. */
export interface TableStream {
  readonly arn: string;
  readonly viewType: StreamViewType;
  readonly keys: StreamKeys;
}

/** The stored form of a stream, as JSON: it outlives its table. */
export interface StoredStream {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly tableName: string;
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly keySchema: readonly KeySchemaElement[];
  readonly createdMs: number;
  /** When the stream was disabled, or its table deleted. */
  readonly disabledMs?: number;
}

export interface StreamScope {
  readonly accountId: string;
  readonly region: string;
}

/** Where the parts of one stream are. */
export interface StreamKeys {
  readonly head: Buffer;
  readonly shards: Buffer;
  readonly records: Buffer;
}

export function streamKeys({ accountId, region }: StreamScope, id: string): StreamKeys {
  const idBytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  const keyOf = (kind: string) => encodeKey(['dynamodb', accountId, region, kind, idBytes]);
  return {
    head: keyOf('stream-head'),
    shards: keyOf('stream-shard'),
    records: keyOf('stream-record'),
  };
}

export function shardKey({ shards }: StreamKeys, shardNumber: number): Buffer {
  return Buffer.concat([shards, encodeKey([shardNumber])]);
}

export function recordKey({ records }: StreamKeys, shardNumber: number, sequence: number): Buffer {
  return Buffer.concat([records, encodeKey([shardNumber, sequence])]);
}

export function sequenceOfKey(key: Uint8Array): number {
  return Number(Buffer.from(key).readBigUInt64BE(key.length - 8));
}

/** Before the keys of all streams of a region, or of a table. */
export function streamsPrefix(scope: StreamScope, ...further: readonly KeyPart[]): KeyPart[] {
  return ['dynamodb', scope.accountId, scope.region, 'stream', ...further];
}

export function streamKey(scope: StreamScope, tableName: string, label: string): Buffer {
  return encodeKey(streamsPrefix(scope, tableName, label));
}

export function decodeStream(value: Value): StoredStream {
  return JSON.parse(Buffer.from(value).toString('utf8')) as StoredStream;
}

export function streamArn(tableArn: string, label: string): string {
  return `${tableArn}/stream/${label}`;
}

/** `2025-10-08T12:36:19.123`: without a zone, it is UTC. */
export function streamLabel(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}

export function labelMs(label: string): number {
  return Date.parse(`${label}Z`);
}

const SEQUENCE_BASE = 100_000_000_000_000_000_000n;

/** 21 digits, the fewest that AWS's numbers have: their order as text is that of the numbers. */
export function sequenceNumber(sequence: number): string {
  return String(SEQUENCE_BASE + BigInt(sequence));
}

/** Undefined for a text that can be no sequence number of ours. */
export function sequenceOf(text: string): number | undefined {
  if (!/^\d{21,40}$/.test(text)) return undefined;
  const sequence = BigInt(text) - SEQUENCE_BASE;
  const isSafe = sequence >= 0n && sequence <= BigInt(Number.MAX_SAFE_INTEGER);
  return isSafe ? Number(sequence) : undefined;
}

/** In the form and order of AWS's: by when a shard was opened, then by its number. */
export function shardId(openedMs: number, shardNumber: number): string {
  const opened = String(openedMs).padStart(20, '0');
  return `shardId-${opened}-${shardNumber.toString(16).padStart(8, '0')}`;
}

export function shardNumberOf(id: string): number | undefined {
  const match = /^shardId-\d{20}-([0-9a-f]{8})$/.exec(id);
  return match === null ? undefined : Number.parseInt(match[1] ?? '', 16);
}
