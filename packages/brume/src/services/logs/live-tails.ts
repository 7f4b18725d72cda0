/** Who watches logs now: StartLiveTail's sessions are told of events as they are stored. */
import type { StoredEvent, StreamReference } from './log-records.ts';

export type LiveTail = (stream: StreamReference, event: StoredEvent) => void;

export class LiveTails {
  readonly #tails = new Set<LiveTail>();

  get count(): number {
    return this.#tails.size;
  }

  /** Returns what ends the session. */
  add(tail: LiveTail): () => void {
    this.#tails.add(tail);
    return () => void this.#tails.delete(tail);
  }

  publish(stream: StreamReference, events: readonly StoredEvent[]): void {
    if (this.#tails.size === 0) return;
    for (const event of events) for (const tail of this.#tails) tail(stream, event);
  }
}
