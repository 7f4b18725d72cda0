/**
 * Keeps the write-ahead log from growing without bound. Once it is long it is copied into the database
 * file: the first pass does the bulk while commits go on; a second, for which commits wait, the little
 * that they added. Only a log that has been copied whole begins anew, with the next commit.
 */
import type { StorageLog } from '../storage-log.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { WalLimits } from './limits.ts';

interface Options {
  readonly checkpointer: Checkpointer;
  readonly limits: WalLimits;
  readonly log: StorageLog;
  readonly walBytes: () => number;
  /** Commits may go on. */
  readonly resume: () => void;
}

export class WalLimiter {
  readonly #options: Options;
  #running: Promise<void> | undefined;
  #paused = false;
  /** Whether the log has grown since the running pass began. */
  #grown = false;
  /** Size at which the next checkpoint begins. */
  #dueBytes: number;

  constructor(options: Options) {
    this.#options = options;
    this.#dueBytes = options.limits.checkpointBytes;
  }

  /** Whether commits have to wait. */
  get paused(): boolean {
    return this.#paused;
  }

  /** To be called after each commit. */
  committed(): void {
    const bytes = this.#options.walBytes();
    this.#grown = true;
    if (this.#running === undefined) {
      if (bytes >= this.#dueBytes) this.#running = this.#run();
    } else if (bytes >= this.#options.limits.maxBytes) {
      this.#paused = true;
    }
  }

  /** Resolves when no checkpoint runs, so that commits may go on. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#options.checkpointer.close();
  }

  async #run(): Promise<void> {
    const { checkpointer, limits, log, walBytes, resume } = this.#options;
    let complete = false;
    try {
      this.#grown = false;
      complete = await checkpointer.checkpoint();
      // A pass reports on the log as it found it: what was added since is not copied yet.
      if (!complete || this.#grown) {
        this.#paused = true;
        complete = await checkpointer.checkpoint();
      }
      if (!complete) log.log('warn', 'another program reads the database: its log keeps growing');
    } catch (error) {
      log.log('error', 'checkpoint failed', { error: String(error) });
    }
    this.#dueBytes = limits.checkpointBytes + (complete ? 0 : walBytes());
    this.#paused = false;
    this.#running = undefined;
    resume();
  }
}
