/** Pages of entries: `Marker` is the key of the last entry that the caller has. */
import type { Entry, OrderedStore, Range } from '../../storage/ordered-store.ts';
import { invalidParameter } from './errors.ts';
import { decodeEntries } from './function-record.ts';
import { LIST_ITEMS_MAX } from './limits.ts';

type Span = Pick<Range, 'start' | 'end' | 'reverse'>;

export interface Page {
  readonly entries: readonly Entry[];
  readonly nextMarker: string | undefined;
}

export async function readPage(
  store: OrderedStore,
  range: Span,
  marker: string | undefined,
  itemsMax = LIST_ITEMS_MAX,
  mostItems = LIST_ITEMS_MAX,
): Promise<Page> {
  const limit = Math.min(itemsMax, mostItems);
  const rest = marker === undefined ? range : afterMarker(marker, range);
  const entries = await store.range({ ...rest, limit: limit + 1 });
  const page = entries.slice(0, limit);
  // A page of nothing ends before the first entry.
  const lastKey = page.at(-1)?.key ?? range.start;
  const nextMarker = entries.length > limit ? Buffer.from(lastKey).toString('base64') : undefined;
  return { entries: page, nextMarker };
}

/** What comes after the marker's key, which must be one of the range. */
function afterMarker(marker: string, range: Span): Span {
  const key = Buffer.from(marker, 'base64');
  const after = markedAfter(key);
  if (Buffer.compare(after, range.start) < 0 || Buffer.compare(after, range.end) >= 0) {
    throw invalidParameter('The provided marker is invalid.');
  }
  return range.reverse === true ? { ...range, end: key } : { ...range, start: after };
}

/** The first key that may come after another. */
export function markedAfter(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}

/** As `readPage`, of what `isListed`: what is left out does not make a page shorter. */
export async function readFiltered<Record>(
  store: OrderedStore,
  range: Span,
  { Marker, MaxItems = LIST_ITEMS_MAX }: PageRequest,
  isListed: (record: Record) => boolean,
  mostItems = LIST_ITEMS_MAX,
): Promise<{ readonly records: Record[]; readonly nextMarker: string | undefined }> {
  const itemsMax = Math.min(MaxItems, mostItems);
  const records: Record[] = [];
  let nextMarker = Marker;
  do {
    const page = await readPage(store, range, nextMarker, itemsMax - records.length, mostItems);
    records.push(...decodeEntries<Record>(page.entries).filter(isListed));
    nextMarker = page.nextMarker;
  } while (nextMarker !== undefined && records.length < itemsMax);
  return { records, nextMarker };
}

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}
