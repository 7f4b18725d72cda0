/** The lines of an export's data files: an item, or a change of one, each in JSON or Ion. */
import type { ExportFormat, ExportViewType } from '../../../model/generated/dynamodb.types.ts';
import { attributeOf, type AttributeMap } from '../items/attribute-value.ts';
import { Item } from '../items/item.ts';
import { ionDecimal, ionStruct } from './ion-writer.ts';

export function itemLine(item: Item, format: ExportFormat): string {
  if (format === 'DYNAMODB_JSON') return `{"Item":${item.json.toString('utf8')}}\n`;
  return `$ion_1_0 {Item:${ionStruct(item.attributes)}}\n`;
}

/** What an item was before a span of time, and after it. */
export interface ItemSpan {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** When it changed last within. */
  readonly changedMs: number;
}

export function changeLine(
  { before, after, changedMs }: ItemSpan,
  keyNames: readonly string[],
  view: ExportViewType,
  format: ExportFormat,
): string {
  const attributes = (after ?? before)?.attributes ?? {};
  const keys = keysOf(attributes, keyNames);
  const micros = `${changedMs}000`;
  const old = view === 'NEW_AND_OLD_IMAGES' ? before : undefined;
  if (format === 'DYNAMODB_JSON') {
    const parts = [
      `"Metadata":{"WriteTimestampMicros":{"N":"${micros}"}}`,
      `"Keys":${JSON.stringify(keys)}`,
      ...(old ? [`"OldImage":${old.json.toString('utf8')}`] : []),
      ...(after ? [`"NewImage":${after.json.toString('utf8')}`] : []),
    ];
    return `{${parts.join(',')}}\n`;
  }
  const parts = [
    `Metadata:{WriteTimestampMicros:${ionDecimal(micros)}}`,
    `Keys:${ionStruct(keys)}`,
    ...(old ? [`OldImage:${ionStruct(old.attributes)}`] : []),
    ...(after ? [`NewImage:${ionStruct(after.attributes)}`] : []),
  ];
  return `$ion_1_0 {Record:{${parts.join(',')}}}\n`;
}

function keysOf(attributes: AttributeMap, keyNames: readonly string[]): AttributeMap {
  return Object.fromEntries(
    keyNames.flatMap((name) => {
      const value = attributeOf(attributes, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
