/**
 * What has been committed but could still be taken back by a power cut, and the way to safety: one
 * sync of the write-ahead log at a time covers all commits before it, while new ones go on.
 *
 * Whoever has seen an unsynced write, by reading its key or by deciding after it, is told the outcome
 * only after the sync.
 */
import type { DiskFile } from '../../environment/disk.ts';
import { bytesToText } from '../key-text.ts';
import type { Entry, Key, Range, Write } from '../ordered-store.ts';

export type Settle = (failure?: Error) => void;

interface Commit {
  readonly keys: Set<string>;
  readonly ranges: { readonly start: string; readonly end: string }[];
  readonly waiting: Settle[];
}

export class UnsyncedCommits {
  readonly #wal: DiskFile;
  /** Oldest first. */
  readonly #commits: Commit[] = [];
  #running: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(wal: DiskFile) {
    this.#wal = wal;
  }

  /** Why nothing can be promised any more: a sync failed, and what reached the disk is unknown. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Takes in the writes of one commit, and starts to make them durable. */
  add(writes: readonly Write[]): void {
    const commit: Commit = { keys: new Set(), ranges: [], waiting: [] };
    for (const write of writes) {
      if (write.type !== 'delete-range') commit.keys.add(bytesToText(write.key));
      else commit.ranges.push({ start: bytesToText(write.start), end: bytesToText(write.end) });
    }
    this.#commits.push(commit);
    this.#running ??= this.#run();
  }

  /** Calls `settle` once all that is committed now is durable; at once where it is. */
  afterAll(settle: Settle): void {
    const newest = this.#commits.at(-1);
    if (newest === undefined) settle(this.#failure);
    else newest.waiting.push(settle);
  }

  /** Gives `result` once none of the keys it was read from has an unsynced write. */
  afterKeys<Result>(keys: readonly Key[], result: Result): Promise<Result> {
    if (this.#commits.length === 0) return this.#now(result);
    const texts = keys.map(bytesToText);
    return this.#after((commit) => texts.some((key) => touchesKey(commit, key)), result);
  }

  /** Gives `result` once no unsynced write lies where it was read from. */
  afterRange(range: Range, result: Entry[]): Promise<Entry[]> {
    if (this.#commits.length === 0) return this.#now(result);
    const start = bytesToText(range.start);
    const end = bytesToText(range.end);
    return this.#after((commit) => touchesRange(commit, start, end), result);
  }

  /** Resolves when nothing is unsynced. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #now<Result>(result: Result): Promise<Result> {
    return this.#failure === undefined ? Promise.resolve(result) : Promise.reject(this.#failure);
  }

  #after<Result>(touches: (commit: Commit) => boolean, result: Result): Promise<Result> {
    const newest = this.#commits.findLast(touches);
    if (newest === undefined) return Promise.resolve(result);
    return new Promise((resolve, reject) => {
      newest.waiting.push((failure) => (failure === undefined ? resolve(result) : reject(failure)));
    });
  }

  async #run(): Promise<void> {
    while (this.#commits.length > 0) {
      const covered = this.#commits.length;
      try {
        await this.#wal.sync();
      } catch (error) {
        this.#failure = new Error('The write-ahead log could not be synced.', { cause: error });
      }
      const settled = this.#commits.splice(0, this.#failure ? Infinity : covered);
      for (const commit of settled) for (const settle of commit.waiting) settle(this.#failure);
    }
    this.#running = undefined;
  }
}

function touchesKey(commit: Commit, key: string): boolean {
  return commit.keys.has(key) || commit.ranges.some(({ start, end }) => key >= start && key < end);
}

function touchesRange(commit: Commit, start: string, end: string): boolean {
  for (const key of commit.keys) if (key >= start && key < end) return true;
  return commit.ranges.some((range) => range.start < end && range.end > start);
}
