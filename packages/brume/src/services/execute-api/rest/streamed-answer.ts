/**
 * What a function streams to an API: metadata as JSON, eight NUL bytes, the body (developer guide,
 * "Set up a Lambda proxy integration with payload response streaming", 2025-11).
 */
import type { Clock, Timers } from '../../../environment/environment.ts';
import type { StreamedInvocation } from '../../lambda/port.ts';
import { malformedProxyResponse } from './gateway-failure.ts';
import { STREAM_IDLE_MS, STREAM_METADATA_BYTES_MAX } from './limits.ts';

const METADATA_END = Buffer.alloc(8);

export interface StreamedAnswer {
  readonly metadata: Buffer;
  /** Breaks off where the function does, or takes too long. */
  readonly body: AsyncIterable<Uint8Array>;
}

export async function readStreamedAnswer(
  { chunks, completed }: StreamedInvocation,
  deadlineMs: number,
  seams: { readonly clock: Clock; readonly timers: Timers },
): Promise<StreamedAnswer> {
  const source = chunks[Symbol.asyncIterator]();
  const next = () => inTime(source.next(), deadlineMs, seams);
  let received = Buffer.alloc(0);
  for (;;) {
    const end = received.indexOf(METADATA_END);
    if (end >= 0) {
      const rest = received.subarray(end + METADATA_END.length);
      const metadata = received.subarray(0, end);
      return { metadata, body: bodyOf(source, next, rest, completed) };
    }
    const { done, value } = await next();
    if (done || received.length > STREAM_METADATA_BYTES_MAX) {
      await source.return?.();
      throw malformedProxyResponse('the function streamed no metadata');
    }
    received = Buffer.concat([received, value]);
  }
}

async function* bodyOf(
  source: AsyncIterator<Uint8Array>,
  next: () => Promise<IteratorResult<Uint8Array>>,
  first: Buffer,
  completed: StreamedInvocation['completed'],
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { done, value } = await next();
      if (done) break;
      yield value;
    }
  } finally {
    await source.return?.();
  }
  const { functionError } = await completed;
  // The status is out already: only a broken connection tells the client that this is not all.
  if (functionError !== undefined) throw new Error('The function broke off its answer');
}

function inTime<Value>(
  pending: Promise<Value>,
  deadlineMs: number,
  { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
): Promise<Value> {
  const leftMs = Math.min(STREAM_IDLE_MS, deadlineMs - clock.monotonicMs());
  return new Promise((resolve, reject) => {
    const timer = timers.after(Math.max(0, leftMs), () => {
      reject(malformedProxyResponse('the function took too long to stream'));
    });
    pending.then(resolve, reject).finally(() => timer.cancel());
  });
}
