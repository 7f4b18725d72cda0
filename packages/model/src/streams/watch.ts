/** Changes of an entity's items as they happen, read from the table's stream. */
import type { AnyEntity, ItemOf } from '../entity/entity.ts';
import { decodeItem } from '../model/decode.ts';
import type { Model } from '../model/model.ts';
import type { StreamRecord } from './event.ts';
import { isOfEntity } from './stream-handler.ts';
import { openStream } from './stream-reader.ts';
import type { StreamSource } from './stream-reader.ts';

export type Watched<E extends AnyEntity> =
  | { readonly kind: 'insert'; readonly item: ItemOf<E> }
  | { readonly kind: 'modify'; readonly item: ItemOf<E>; readonly before: ItemOf<E> }
  | { readonly kind: 'remove'; readonly item: ItemOf<E> };

export interface WatchOptions<E extends AnyEntity> extends StreamSource {
  /** Only changes into, within, or out of these items. */
  readonly where?: (item: ItemOf<E>) => boolean;
  /** `oldest`: all that the stream remembers, which is a day, before what happens from now on. */
  readonly from?: 'now' | 'oldest';
  /** Ends the watching. */
  readonly signal?: AbortSignal;
  /** How long to wait when there was nothing new. */
  readonly pollMs?: number;
}

/** AWS allows five reads of a shard each second. */
const POLL_MS = 250;

/** Changes as they happen, until the loop is left or the signal aborts. */
export async function* watch<E extends AnyEntity>(
  { entity, context }: Model<E>,
  options: WatchOptions<E>,
): AsyncGenerator<Watched<E>, void> {
  const { pollMs = POLL_MS, signal } = options;
  const reader = await openStream(context, options, options.from);
  while (!signal?.aborted) {
    const records = await reader.read();
    for (const record of records) {
      const change = await changeOf(entity, record, options.where);
      if (change) yield change;
      if (signal?.aborted) return;
    }
    if (records.length === 0) await context.wait(pollMs);
  }
}

async function changeOf<E extends AnyEntity>(
  entity: E,
  record: StreamRecord,
  where: (item: ItemOf<E>) => boolean = () => true,
): Promise<Watched<E> | undefined> {
  const { NewImage, OldImage } = record.dynamodb ?? {};
  const image = NewImage ?? OldImage;
  if (!image || !isOfEntity(entity, image)) return undefined;
  const after = NewImage && (await decodeItem(entity, NewImage));
  const before = OldImage && (await decodeItem(entity, OldImage));
  const isIn = after !== undefined && where(after);
  const wasIn = before !== undefined && where(before);
  if (isIn)
    return wasIn ? { kind: 'modify', item: after, before } : { kind: 'insert', item: after };
  return wasIn ? { kind: 'remove', item: before } : undefined;
}
