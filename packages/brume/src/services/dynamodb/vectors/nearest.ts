/** The best of many candidates: the lowest ranks, and of equal ones the lowest keys. */
export interface Candidate {
  readonly rank: number;
  readonly key: Buffer;
}

export class Nearest {
  readonly #count: number;
  /** The best first. */
  readonly #candidates: Candidate[] = [];
  #worst = Infinity;

  constructor(count: number) {
    this.#count = count;
  }

  /** Whether a candidate of this rank may be among the best. */
  admits(rank: number): boolean {
    return rank <= this.#worst;
  }

  offer(candidate: Candidate): void {
    const candidates = this.#candidates;
    let [low, high] = [0, candidates.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(candidates[middle] as Candidate, candidate)) low = middle + 1;
      else high = middle;
    }
    candidates.splice(low, 0, candidate);
    if (candidates.length > this.#count) candidates.pop();
    if (candidates.length === this.#count) this.#worst = candidates.at(-1)?.rank ?? Infinity;
  }

  get all(): readonly Candidate[] {
    return this.#candidates;
  }
}

function isBefore(a: Candidate, b: Candidate): boolean {
  return a.rank === b.rank ? a.key.compare(b.key) < 0 : a.rank < b.rank;
}
