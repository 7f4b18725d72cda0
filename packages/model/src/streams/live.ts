/** Live queries: the items of a query, told again whenever they have changed. */
import type { AnyEntity } from '../entity/entity.ts';
import type { Read } from '../query/read.ts';
import { isOfEntity } from './stream-handler.ts';
import { openStream } from './stream-reader.ts';
import type { StreamSource } from './stream-reader.ts';

export interface LiveOptions extends Partial<StreamSource> {
  /** Ends the query. */
  readonly signal?: AbortSignal;
  /** How long to wait between looks at the stream or, without one, between queries. */
  readonly pollMs?: number;
}

/** AWS allows five reads of a shard each second. */
const STREAM_POLL_MS = 250;
/** Without a stream every look is a query, which is charged for. */
const QUERY_POLL_MS = 2000;
/** An index follows its table a moment later: after a change it is asked again. */
const QUERIES_PER_CHANGE = 2;

/**
 * All items of the query, at once and after every change of them, until the loop is left or the
 * signal aborts. With `streams` the query is sent only after the table's stream has told of a change
 * of the entity's items; without, it is sent every `pollMs`.
 */
export async function* live<E extends AnyEntity, Item>(
  query: Read<E, Item>,
  options: LiveOptions = {},
): AsyncGenerator<Item[], void> {
  const { context } = query;
  const { streams, streamArn, signal } = options;
  const reader =
    streams && (await openStream(context, { streams, ...(streamArn && { streamArn }) }));
  const pollMs = options.pollMs ?? (reader ? STREAM_POLL_MS : QUERY_POLL_MS);
  let told: string | undefined;
  for (let due = 1; !signal?.aborted; due--) {
    if (!reader || due > 0) {
      const items = await query.all();
      const text = comparable(items);
      if (text !== told) yield items;
      told = text;
      if (signal?.aborted) return;
    }
    await context.wait(pollMs);
    const records = (await reader?.read()) ?? [];
    const concerns = records.some(({ dynamodb: { NewImage, OldImage } = {} }) =>
      [NewImage, OldImage].some((image) => image && isOfEntity(context.entity, image)),
    );
    if (concerns) due = QUERIES_PER_CHANGE + 1;
  }
}

function comparable(items: readonly unknown[]): string {
  return JSON.stringify(items, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Set ? [...(value as Set<unknown>)] : value;
  });
}
