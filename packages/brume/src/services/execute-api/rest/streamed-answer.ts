/**
 * What a function streams to an API: metadata as JSON, then the body (developer guide, "Set up a Lambda
 * proxy integration with payload response streaming", 2025-11).
 */
import type { Clock, Timers } from '../../../environment/environment.ts';
import { readBody, readHead } from '../../../http/parted-stream.ts';
import type { StreamedInvocation } from '../../lambda/port.ts';
import { malformedProxyResponse } from './gateway-failure.ts';
import { STREAM_IDLE_MS, STREAM_METADATA_BYTES_MAX } from './limits.ts';

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
  const written = chunks[Symbol.asyncIterator]();
  const source: AsyncIterator<Uint8Array> = {
    next: () => inTime(written.next(), deadlineMs, seams),
    return: async () => (await written.return?.()) ?? { done: true, value: undefined },
  };
  const parted = await readHead(source, STREAM_METADATA_BYTES_MAX);
  if (!parted) throw malformedProxyResponse('the function streamed no metadata');
  const isWhole = async () => (await completed).functionError === undefined;
  return { metadata: parted.head, body: readBody(source, parted.rest, isWhole) };
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
