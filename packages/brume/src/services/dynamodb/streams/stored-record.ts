/**
 * A change as it is stored: a header of sizes, then the wire JSON of the item's key and of its images,
 * which are the bytes that the item itself is stored with. Nothing is serialized twice.
 */
import { hash } from 'node:crypto';
import type { StreamViewType } from '../../../model/generated/dynamodb.types.ts';
import { attributeOf, attributesSizeBytes, type AttributeMap } from '../items/attribute-value.ts';
import type { Item } from '../items/item.ts';
import type { ChangeRecord } from '../port.ts';
import { sequenceNumber, type StoredStream } from './stream.ts';

/** created (6) | kind (1) | size (4) | length of the key (4) | length of the new image (4) */
const HEADER_BYTES = 19;
const CREATED_BYTES = 6;
const KIND_AT = 6;
const SIZE_AT = 7;
const KEY_LENGTH_AT = 11;
const NEW_LENGTH_AT = 15;

const VIEWS: Readonly<Record<StreamViewType, { readonly new: boolean; readonly old: boolean }>> = {
  KEYS_ONLY: { new: false, old: false },
  NEW_IMAGE: { new: true, old: false },
  OLD_IMAGE: { new: false, old: true },
  NEW_AND_OLD_IMAGES: { new: true, old: true },
};

const EVENT_NAMES = ['INSERT', 'MODIFY', 'REMOVE'] as const;
const EXPIRED = 0x80;

export interface RecordedChange {
  readonly keyNames: readonly string[];
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Whether time to live removed the item. */
  readonly expired: boolean;
}

export function encodeRecord(
  { keyNames, before, after, expired }: RecordedChange,
  viewType: StreamViewType,
  nowMs: number,
): Buffer {
  const attributes = (after ?? before)?.attributes ?? {};
  const key: AttributeMap = Object.fromEntries(
    keyNames.flatMap((name) => {
      const value = attributeOf(attributes, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const keyJson = Buffer.from(JSON.stringify(key), 'utf8');
  const view = VIEWS[viewType];
  const newImage = view.new ? after : undefined;
  const oldImage = view.old ? before : undefined;
  const kind = before === undefined ? 0 : after === undefined ? 2 : 1;
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUIntBE(nowMs, 0, CREATED_BYTES);
  header.writeUInt8(kind | (expired ? EXPIRED : 0), KIND_AT);
  // Recorded 2025-10-08: the key counts beside the images that have it too.
  const imageBytes = (newImage?.sizeBytes ?? 0) + (oldImage?.sizeBytes ?? 0);
  header.writeUInt32BE(attributesSizeBytes(key) + imageBytes, SIZE_AT);
  header.writeUInt32BE(keyJson.length, KEY_LENGTH_AT);
  header.writeUInt32BE(newImage?.json.length ?? 0, NEW_LENGTH_AT);
  const images = [newImage, oldImage].flatMap((image) => image?.json ?? []);
  return Buffer.concat([header, keyJson, ...images]);
}

export function recordCreatedMs(value: Uint8Array): number {
  return bufferOf(value).readUIntBE(0, CREATED_BYTES);
}

export function decodeRecord(
  stream: StoredStream,
  sequence: number,
  value: Uint8Array,
): ChangeRecord {
  const bytes = bufferOf(value);
  const kind = bytes.readUInt8(KIND_AT);
  const newAt = HEADER_BYTES + bytes.readUInt32BE(KEY_LENGTH_AT);
  const oldAt = newAt + bytes.readUInt32BE(NEW_LENGTH_AT);
  const text = (start: number, end: number) =>
    start === end ? undefined : bytes.toString('utf8', start, end);
  return {
    eventId: hash('md5', `${stream.id}/${sequence}`),
    eventName: EVENT_NAMES[(kind & ~EXPIRED) as 0 | 1 | 2],
    region: stream.region,
    viewType: stream.viewType,
    sequenceNumber: sequenceNumber(sequence),
    createdSeconds: Math.floor(recordCreatedMs(bytes) / 1000),
    sizeBytes: bytes.readUInt32BE(SIZE_AT),
    keys: bytes.toString('utf8', HEADER_BYTES, newAt),
    newImage: text(newAt, oldAt),
    oldImage: text(oldAt, bytes.length),
    expired: (kind & EXPIRED) !== 0,
  };
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
