/** The items of the objects that an import or a bulk operation names, and what is no item among them. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type {
  AttributeDefinition,
  InputCompressionType,
  InputFormat,
} from '../../../model/generated/dynamodb.types.ts';
import { emptyAttributes, type AttributeMap } from '../items/attribute-value.ts';
import { isAttributeMap, isObject } from './attribute-json.ts';
import { TransferFailure } from './errors.ts';
import { IonProblem, parseIonStruct } from './ion-reader.ts';
import { IMPORT_OBJECTS_MAX } from './limits.ts';
import type { Objects } from './objects.ts';
import { csvRows, lines, TOO_LONG } from './text-records.ts';

/** As a job notes it. */
export interface ItemSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly format: InputFormat;
  readonly compression: InputCompressionType;
  readonly csv?: { readonly delimiter: string; readonly header?: readonly string[] };
  /** Types of key attributes: CSV says none. */
  readonly definitions: readonly AttributeDefinition[];
}

export type SourceRecord = {
  /** Characters of text, or of the row's fields. */
  readonly length: number;
} & ({ readonly item: AttributeMap } | { readonly problem: string });

export async function* readRecords(
  objects: Objects,
  source: ItemSource,
): AsyncGenerator<SourceRecord> {
  const { bucket, prefix } = source;
  const found = await objects.list(bucket, prefix, IMPORT_OBJECTS_MAX + 1);
  if (found.length > IMPORT_OBJECTS_MAX) {
    throw new TransferFailure('TooManyObjects', `More than ${IMPORT_OBJECTS_MAX} objects`);
  }
  for (const { key, sizeBytes } of found) {
    if (sizeBytes === 0) continue;
    const bytes = decompressed(objects.read(bucket, key), source.compression);
    try {
      if (source.format === 'CSV') yield* rowItems(bytes, source);
      else yield* lineItems(bytes, source.format);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!/^(?:Z_|ZSTD_|ERR_|E[A-Z]+$)/.test(code ?? '')) throw error;
      throw new TransferFailure('UNKNOWN', `The object ${key} could not be read: ${message}`);
    }
  }
}

function decompressed(
  bytes: AsyncIterable<Uint8Array>,
  compression: InputCompressionType,
): AsyncIterable<Uint8Array> {
  if (compression === 'NONE') return bytes;
  const stream = compression === 'GZIP' ? createGunzip() : createZstdDecompress();
  // What goes wrong is told to who reads the stream.
  pipeline(Readable.from(bytes), stream, () => {});
  return stream;
}

async function* lineItems(
  bytes: AsyncIterable<Uint8Array>,
  format: 'DYNAMODB_JSON' | 'ION',
): AsyncGenerator<SourceRecord> {
  const parse = format === 'ION' ? ionItem : jsonItem;
  for await (const line of lines(bytes)) {
    if (line === TOO_LONG) yield { length: 0, problem: 'The item is too long' };
    else yield { length: line.length, ...parse(line) };
  }
}

function jsonItem(line: string): { item: AttributeMap } | { problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { problem: 'The line is not JSON' };
  }
  const item = isObject(parsed) && Object.hasOwn(parsed, 'Item') ? parsed['Item'] : undefined;
  return isAttributeMap(item) ? { item } : { problem: 'The line has no valid Item' };
}

function ionItem(line: string): { item: AttributeMap } | { problem: string } {
  try {
    const { Item } = parseIonStruct(line);
    return Item?.M === undefined ? { problem: 'The line has no valid Item' } : { item: Item.M };
  } catch (error) {
    if (error instanceof IonProblem) return { problem: error.message };
    throw error;
  }
}

/** All attributes are strings but those of keys (Developer Guide, "Amazon S3 import formats"). */
async function* rowItems(
  bytes: AsyncIterable<Uint8Array>,
  { csv, definitions }: ItemSource,
): AsyncGenerator<SourceRecord> {
  const types = new Map(definitions.map((one) => [one.AttributeName, one.AttributeType]));
  let header = csv?.header;
  for await (const row of csvRows(bytes, csv?.delimiter ?? ',')) {
    if (row === TOO_LONG) yield { length: 0, problem: 'The row is too long' };
    else if (header === undefined) header = row;
    else yield rowItem(row, header, types);
  }
}

function rowItem(
  row: readonly string[],
  header: readonly string[],
  types: ReadonlyMap<string, 'S' | 'N' | 'B'>,
): SourceRecord {
  const length = row.reduce((sum, field) => sum + field.length + 1, 0);
  if (row.length !== header.length) {
    return { length, problem: `The row has ${row.length} fields instead of ${header.length}` };
  }
  const item = emptyAttributes();
  for (const [at, name] of header.entries()) {
    const field = row[at] ?? '';
    const type = types.get(name) ?? 'S';
    item[name] = type === 'N' ? { N: field } : type === 'B' ? { B: field } : { S: field };
  }
  return isAttributeMap(item)
    ? { length, item }
    : { length, problem: 'The row has an invalid key' };
}
