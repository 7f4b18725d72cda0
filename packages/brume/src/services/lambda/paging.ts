/** Pages of entries: `Marker` is the key of the last entry that the caller has. */
import type { Entry, OrderedStore, Range } from '../../storage/ordered-store.ts';
import { invalidParameter } from './errors.ts';
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
  const last = page.at(-1);
  const nextMarker =
    entries.length > limit && last ? Buffer.from(last.key).toString('base64') : undefined;
  return { entries: page, nextMarker };
}

/** What comes after the marker's key, which must be one of the range. */
function afterMarker(marker: string, range: Span): Span {
  const key = Buffer.from(marker, 'base64');
  const after = Buffer.concat([key, Buffer.of(0)]);
  if (Buffer.compare(after, range.start) < 0 || Buffer.compare(after, range.end) >= 0) {
    throw invalidParameter('The provided marker is invalid.');
  }
  return range.reverse === true ? { ...range, end: key } : { ...range, start: after };
}
