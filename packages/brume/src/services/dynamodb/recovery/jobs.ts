/**
 * Work on whole tables that goes on beside requests: restoring, backing up, exporting, importing. A job
 * is a note in the store, which each of its steps writes anew in the commit of what it did, so that it
 * goes on after a restart where it was. Jobs take turns, a step each.
 */
import type { Timers } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Value, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { JOBS_SEEN_MAX } from './limits.ts';

const NOTES = ['dynamodb', '-', '-', 'job'];

export interface JobNote {
  readonly type: string;
  readonly jobId: string;
}

/**
 * Does some of the work, and commits it with the job's next note, or without it at the end. May say
 * for how many milliseconds the job waits then.
 */
export type JobStep<Note extends JobNote> = (note: Note) => Promise<number | void>;

export function putJob(note: JobNote): Write {
  const value = Buffer.from(JSON.stringify(note));
  return { type: 'put', key: encodeKey([...NOTES, note.jobId]), value };
}

export async function findJob<Note extends JobNote>(
  store: OrderedStore,
  jobId: string,
): Promise<Note | undefined> {
  const value = await store.get(encodeKey([...NOTES, jobId]));
  return value && (decodeJob(value) as Note);
}

function decodeJob(value: Value): JobNote {
  return JSON.parse(Buffer.from(value).toString('utf8')) as JobNote;
}

export function deleteJob({ jobId }: JobNote): Write {
  return { type: 'delete', key: encodeKey([...NOTES, jobId]) };
}

export class Jobs {
  readonly #store: OrderedStore;
  readonly #timers: Timers;
  readonly #steps = new Map<string, JobStep<JobNote>>();
  readonly #background: Background;
  readonly #waiting = new Set<string>();
  /** Whose turn it was last. */
  #last = '';

  constructor(store: OrderedStore, timers: Timers, log: Logger) {
    this.#store = store;
    this.#timers = timers;
    this.#background = new Background('job', timers, log, () => this.#step());
  }

  /** Says how jobs of a type are done; to be called before the first `wake`. */
  register<Note extends JobNote>(type: Note['type'], step: JobStep<Note>): void {
    this.#steps.set(type, (note) => step(note as Note));
  }

  wake(): void {
    this.#background.wake();
  }

  idle(): Promise<void> {
    return this.#background.idle();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const entries = await this.#store.range({ ...prefixRange(NOTES), limit: JOBS_SEEN_MAX });
    const notes = entries.map(({ value }) => decodeJob(value));
    const ready = notes.filter(({ jobId }) => !this.#waiting.has(jobId));
    const note = ready.find(({ jobId }) => jobId > this.#last) ?? ready[0];
    if (note === undefined) return false;
    this.#last = note.jobId;
    const step = this.#steps.get(note.type);
    if (step === undefined) throw new Error(`there is no job of the type ${note.type}`);
    const waitMs = await step(note);
    if (typeof waitMs === 'number') this.#wait(note, waitMs);
    return true;
  }

  #wait({ jobId }: JobNote, waitMs: number): void {
    this.#waiting.add(jobId);
    this.#timers.after(waitMs, () => {
      this.#waiting.delete(jobId);
      this.#background.wake();
    });
  }
}
