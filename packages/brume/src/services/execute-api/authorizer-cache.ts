/** Answers of a Lambda authorizer by identity, for as long as it asked for; the oldest go first. */
import type { Clock } from '../../environment/environment.ts';
import { AUTHORIZER_CACHE_ENTRIES_MAX } from './limits.ts';

export class AuthorizerCache<Decision> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { decision: Decision; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Decision | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.untilMs > this.#clock.monotonicMs()) return entry.decision;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, decision: Decision, seconds: number): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= AUTHORIZER_CACHE_ENTRIES_MAX && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
    const untilMs = this.#clock.monotonicMs() + seconds * 1000;
    this.#entries.set(key, { decision, untilMs });
  }
}
