/** Pages of entries: `Marker` is the key of the last entry that the caller has. */
import type { Entry, OrderedStore } from '../../storage/ordered-store.ts';
import { invalidParameter } from './errors.ts';
import { LIST_ITEMS_MAX } from './limits.ts';

export interface Page {
  readonly entries: readonly Entry[];
  readonly nextMarker: string | undefined;
}

export async function readPage(
  store: OrderedStore,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  marker: string | undefined,
  itemsMax = LIST_ITEMS_MAX,
): Promise<Page> {
  const limit = Math.min(itemsMax, LIST_ITEMS_MAX);
  const start = marker === undefined ? range.start : afterMarker(marker, range);
  const entries = await store.range({ start, end: range.end, limit: limit + 1 });
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const nextMarker =
    entries.length > limit && last ? Buffer.from(last.key).toString('base64') : undefined;
  return { entries: page, nextMarker };
}

/** The first possible key after the marker's, which must be one of the range. */
function afterMarker(marker: string, { start, end }: { start: Uint8Array; end: Uint8Array }) {
  const after = Buffer.concat([Buffer.from(marker, 'base64'), Buffer.of(0)]);
  if (Buffer.compare(after, start) < 0 || Buffer.compare(after, end) >= 0) {
    throw invalidParameter('The provided marker is invalid.');
  }
  return after;
}
