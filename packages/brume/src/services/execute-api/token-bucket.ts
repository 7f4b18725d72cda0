/** Limits how often something happens: tokens come at a rate, and up to a burst of them are kept. */
import type { Clock } from '../../environment/environment.ts';
import type { Throttle } from '../apigatewayv2/port.ts';

export class TokenBucket {
  readonly #limits: Throttle;
  readonly #clock: Clock;
  #tokens: number;
  #filledAtMs: number;

  constructor(limits: Throttle, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** False when there is no token left. */
  take(): boolean {
    const { ratePerSecond, burst } = this.#limits;
    // A rate or a burst of 0 lets nothing through; a missing one does not limit.
    if (ratePerSecond === 0 || burst === 0) return false;
    if (ratePerSecond === Infinity) return true;
    const nowMs = this.#clock.monotonicMs();
    const earned = ((nowMs - this.#filledAtMs) / 1000) * ratePerSecond;
    this.#filledAtMs = nowMs;
    // Without a burst the bucket holds one second's worth.
    const capacity = burst === Infinity ? Math.max(1, ratePerSecond) : burst;
    this.#tokens = Math.min(capacity, Math.min(this.#tokens, capacity) + earned);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
