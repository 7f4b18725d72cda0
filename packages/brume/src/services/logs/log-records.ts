/** What is kept of logs, and where: an entry per group, per stream and per event. */
import type { LogGroupClass } from '../../model/generated/logs.types.ts';
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
import type { Value, Write } from '../../storage/ordered-store.ts';

export interface GroupReference {
  readonly accountId: string;
  readonly region: string;
  readonly groupName: string;
}

export interface StreamReference extends GroupReference {
  readonly streamName: string;
}

export interface GroupRecord extends GroupReference {
  readonly createdMs: number;
  readonly logGroupClass: LogGroupClass;
  readonly retentionInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly kmsKeyId?: string;
  readonly deletionProtected: boolean;
  /** Counted when expired events are looked for: hours late, as AWS's figure is. */
  readonly storedBytes: number;
}

export interface StreamRecord {
  readonly name: string;
  readonly createdMs: number;
  /** Of the events so far, by their own time. Absent before the first. */
  readonly firstEventMs?: number;
  readonly lastEventMs?: number;
  readonly lastIngestionMs?: number;
  /** Number that the next event gets; never given again. */
  readonly nextSequence: number;
  readonly storedBytes: number;
}

/** An event's own time and sequence number are in its key. */
interface EventValue {
  /** When it was put. */
  readonly i: number;
  /** Its message. */
  readonly m: string;
}

export interface StoredEvent {
  readonly timestampMs: number;
  readonly sequence: number;
  readonly ingestionMs: number;
  readonly message: string;
}

/** Groups of all accounts are together, for the work that is done in the background. */
export const groupKey = ({ accountId, region, groupName }: GroupReference) =>
  encodeKey(['logs', 'groups', accountId, region, groupName]);

export const groupsRange = (accountId: string, region: string) =>
  prefixRange(['logs', 'groups', accountId, region]);

export const allGroupsRange = () => prefixRange(['logs', 'groups']);

export const streamKey = ({ accountId, region, groupName, streamName }: StreamReference) =>
  encodeKey(['logs', accountId, region, 'stream', groupName, streamName]);

export const streamsRange = ({ accountId, region, groupName }: GroupReference) =>
  prefixRange(['logs', accountId, region, 'stream', groupName]);

/** By the event's time, then in the order in which they were put. */
export const eventKey = (reference: StreamReference, timestampMs: number, sequence = 0) => {
  const { accountId, region, groupName, streamName } = reference;
  const parts = ['logs', accountId, region, 'event', groupName, streamName];
  return encodeKey([...parts, timestampMs, sequence]);
};

export const streamEventsRange = (reference: StreamReference) => {
  const { accountId, region, groupName, streamName } = reference;
  return prefixRange(['logs', accountId, region, 'event', groupName, streamName]);
};

export const groupEventsRange = ({ accountId, region, groupName }: GroupReference) =>
  prefixRange(['logs', accountId, region, 'event', groupName]);

export function decodeRecord<Record>(value: Value): Record {
  return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
}

export function putRecord(key: Uint8Array, record: object): Write {
  return { type: 'put', key, value: Buffer.from(JSON.stringify(record)) };
}

export function putEvent(reference: StreamReference, event: StoredEvent): Write {
  const value: EventValue = { i: event.ingestionMs, m: event.message };
  return putRecord(eventKey(reference, event.timestampMs, event.sequence), value);
}

/** Integers at the end of a key: a type and eight bytes each. */
const INTEGER_BYTES = 9;

export function decodeEvent(key: Uint8Array, value: Value): StoredEvent {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const { i: ingestionMs, m: message } = decodeRecord<EventValue>(value);
  return {
    timestampMs: Number(bytes.readBigUInt64BE(bytes.length - 2 * INTEGER_BYTES + 1)),
    sequence: Number(bytes.readBigUInt64BE(bytes.length - INTEGER_BYTES + 1)),
    ingestionMs,
    message,
  };
}

export function groupArn({ accountId, region, groupName }: GroupReference): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${groupName}`;
}

export function streamArn(reference: StreamReference): string {
  return `${groupArn(reference)}:log-stream:${reference.streamName}`;
}
