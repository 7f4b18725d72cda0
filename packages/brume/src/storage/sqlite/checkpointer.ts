/**
 * Copies the write-ahead log into the database file on a thread of its own, so that neither the
 * copying nor its syncs hold up the event loop. The thread starts with the first checkpoint.
 */
import { Worker } from 'node:worker_threads';

export interface Checkpointer {
  /** Copies what can be copied; true when nothing is left, so that the log can begin anew. */
  checkpoint(): Promise<boolean>;
  close(): Promise<void>;
}

/** What the thread answers: whether all was copied, or why it failed. */
export type CheckpointReport = { readonly complete: boolean } | { readonly failure: string };

export class ThreadCheckpointer implements Checkpointer {
  readonly #path: string;
  #worker: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  checkpoint(): Promise<boolean> {
    const worker = (this.#worker ??= this.#start());
    // Only work under way keeps the process alive.
    worker.ref();
    return new Promise((resolve, reject) => {
      const stop = () => {
        worker.unref();
        worker.off('message', onReport);
        worker.off('error', onError);
        worker.off('exit', onExit);
      };
      const onReport = (report: CheckpointReport) => {
        stop();
        if ('failure' in report) reject(new Error(report.failure));
        else resolve(report.complete);
      };
      const onError = (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const onExit = () => onError(new Error('The checkpoint thread has ended.'));
      worker.on('message', onReport).on('error', onError).on('exit', onExit);
      worker.postMessage('checkpoint');
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('close');
    await ended;
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const url = new URL(`./checkpoint-thread.${extension}`, import.meta.url);
    const worker = new Worker(url, { workerData: this.#path });
    worker.once('exit', () => {
      // The next checkpoint starts another.
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}
