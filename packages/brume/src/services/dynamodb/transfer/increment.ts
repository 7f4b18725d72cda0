/** The items that changed within a span of time, each once: what they were before it, and after it. */
import type { OrderedStore, Value } from '../../../storage/ordered-store.ts';
import { Item } from '../items/item.ts';
import { afterKey } from '../items/key.ts';
import { changeAfter } from '../recovery/snapshot.ts';
import { decodePosition, encodePosition, isAfter, type Position } from '../recovery/history.ts';
import type { ItemSpan } from './export-lines.ts';
import { EXPORT_CHANGES } from './limits.ts';

/** As a job notes it; prefixes in base64. Changes after `from` belong to it, those after `to` do not. */
export interface IncrementSource {
  readonly items: string;
  readonly changes: string;
  readonly times: string;
  readonly from: Position;
  readonly to: Position;
}

export interface IncrementPage {
  readonly spans: readonly ItemSpan[];
  /** The change to go on after; undefined at the end. */
  readonly after: Position | undefined;
}

/** An item is told at its last change: every change before is one of an item that comes later. */
export async function readIncrement(
  store: OrderedStore,
  source: IncrementSource,
  after: Position = source.from,
): Promise<IncrementPage> {
  const times = Buffer.from(source.times, 'base64');
  const at = (position: Position) => afterKey(Buffer.concat([times, encodePosition(position)]));
  const entries = isAfter(after, source.to)
    ? []
    : await store.range({ start: at(after), end: at(source.to), limit: EXPORT_CHANGES });
  const spans: ItemSpan[] = [];
  for (const { key, value: suffix } of entries) {
    const span = await readSpan(store, source, suffix, decodePosition(key));
    if (span !== undefined) spans.push(span);
  }
  const last = entries.at(-1);
  return {
    spans,
    after: entries.length < EXPORT_CHANGES ? undefined : last && decodePosition(last.key),
  };
}

/** Undefined where the item changes again within the span, or was not there before and is not after. */
async function readSpan(
  store: OrderedStore,
  { items, changes, from, to }: IncrementSource,
  suffix: Value,
  position: Position,
): Promise<ItemSpan | undefined> {
  const prefix = Buffer.from(changes, 'base64');
  // Before its changes: if it changes in between, these say what it was.
  const current = await store.get(Buffer.concat([Buffer.from(items, 'base64'), suffix]));
  const next = await changeAfter(store, prefix, suffix, position);
  if (next !== undefined && !isAfter(decodePosition(next.key), to)) return undefined;
  const first = await changeAfter(store, prefix, suffix, from);
  const before = itemOf(first?.value);
  const after = itemOf(next === undefined ? current : next.value);
  if (before === undefined && after === undefined) return undefined;
  return { before, after, changedMs: position.ms };
}

function itemOf(value: Value | undefined): Item | undefined {
  return value === undefined || value.length === 0 ? undefined : Item.stored(value);
}
