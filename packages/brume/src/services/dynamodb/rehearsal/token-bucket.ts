/** Units of throughput: so many come a second, and what is not used is kept for a while. */

/** Of an eventually consistent read: no request costs less. */
const UNITS_MIN = 0.5;

export class TokenBucket {
  #units = Infinity;
  #sinceMs = 0;

  /** Whether too little is left for any request; what one costs may be more than there is. */
  isEmpty(nowMs: number, unitsPerSecond: number, burstSeconds: number): boolean {
    const elapsedSeconds = Math.max(0, nowMs - this.#sinceMs) / 1000;
    // A full burst at the beginning: nothing has been used yet.
    const units = this.#units + elapsedSeconds * unitsPerSecond;
    this.#units = Math.min(units, unitsPerSecond * burstSeconds);
    this.#sinceMs = nowMs;
    return this.#units < UNITS_MIN;
  }

  /** Below zero where a request cost more than there was, or below what was taken for it before. */
  take(units: number): void {
    this.#units -= units;
  }
}
