/**
 * Work on whole tables that goes on beside requests: restoring, backing up, exporting, importing. A job
 * is a note in the store, which each of its steps writes anew in the commit of what it did, so that it
 * goes on after a restart where it was. Jobs take turns, a step each.
 */
import type { Timers } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import { afterKey } from '../key.ts';

const NOTES = ['dynamodb', '-', '-', 'job'];

export interface JobNote {
  readonly type: string;
  readonly jobId: string;
}

/** Does some of the work, and commits it with the job's next note, or without it at the end. */
export type JobStep<Note extends JobNote> = (note: Note) => Promise<void>;

export function putJob(note: JobNote): Write {
  const value = Buffer.from(JSON.stringify(note));
  return { type: 'put', key: encodeKey([...NOTES, note.jobId]), value };
}

export function deleteJob({ jobId }: JobNote): Write {
  return { type: 'delete', key: encodeKey([...NOTES, jobId]) };
}

export class Jobs {
  readonly #store: OrderedStore;
  readonly #steps = new Map<string, JobStep<JobNote>>();
  readonly #background: Background;
  /** Whose turn it was last. */
  #last: Uint8Array | undefined;

  constructor(store: OrderedStore, timers: Timers, log: Logger) {
    this.#store = store;
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
    const last = this.#last;
    const all = prefixRange(NOTES);
    const start = last === undefined ? all.start : afterKey(last);
    const [entry] = await this.#store.range({ ...all, start, limit: 1 });
    this.#last = entry?.key;
    if (entry === undefined) return last !== undefined;
    const note = JSON.parse(Buffer.from(entry.value).toString('utf8')) as JobNote;
    const step = this.#steps.get(note.type);
    if (step === undefined) throw new Error(`there is no job of the type ${note.type}`);
    await step(note);
    return true;
  }
}
