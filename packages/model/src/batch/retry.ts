/** Sends chunks of a batch, several at once, and again what DynamoDB left unprocessed. */
import { ModelError } from '../errors.ts';
import type { Context } from '../model/context.ts';

export interface BatchProgress {
  readonly done: number;
  readonly total: number;
  /** How many requests repeated what an earlier one left over. */
  readonly retries: number;
}

export interface BatchOptions {
  readonly onProgress?: (progress: BatchProgress) => void;
  /** Tries of one chunk without any progress before giving up. */
  readonly triesMax?: number;
  /** Requests at the same time. */
  readonly concurrency?: number;
}

const TRIES_MAX = 8;
const CONCURRENCY = 4;
/** The first wait is up to this long, and each doubles it, up to the longest. */
const WAIT_MS = 50;
const WAIT_MS_MAX = 5000;

/** DynamoDB refused all of the request for want of capacity. */
const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** `send` gives what was left unprocessed of the parts. */
export async function sendInChunks<Part>(
  { wait, random }: Pick<Context, 'wait' | 'random'>,
  parts: readonly Part[],
  chunkSize: number,
  options: BatchOptions,
  send: (chunk: readonly Part[]) => Promise<readonly Part[]>,
): Promise<void> {
  const { onProgress, triesMax = TRIES_MAX, concurrency = CONCURRENCY } = options;
  let next = 0;
  let done = 0;
  let retries = 0;

  async function sendChunk(chunk: readonly Part[]): Promise<void> {
    let left = chunk;
    for (let tries = 0; left.length > 0;) {
      const before = left;
      left = await attempt(send, before);
      done += before.length - left.length;
      onProgress?.({ done, total: parts.length, retries });
      if (left.length === 0) return;
      tries = left.length < before.length ? 1 : tries + 1;
      if (tries === triesMax) throw unprocessed(left);
      retries++;
      // Waits are random so that many writers do not return at the same moment.
      await wait(random() * Math.min(WAIT_MS_MAX, WAIT_MS * 2 ** tries));
    }
  }

  async function work(): Promise<void> {
    while (next < parts.length) {
      const start = next;
      next += chunkSize;
      await sendChunk(parts.slice(start, start + chunkSize));
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
}

async function attempt<Part>(
  send: (chunk: readonly Part[]) => Promise<readonly Part[]>,
  chunk: readonly Part[],
): Promise<readonly Part[]> {
  try {
    return await send(chunk);
  } catch (error) {
    if (throttles.has((error as Error).name)) return chunk;
    throw error;
  }
}

function unprocessed(left: readonly unknown[]): ModelError {
  const problem = `DynamoDB left ${left.length} of the batch unprocessed, try after try`;
  return new ModelError('UnprocessedItems', problem, [], undefined, left);
}
