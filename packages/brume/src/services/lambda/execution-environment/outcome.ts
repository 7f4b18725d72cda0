/** How a start and an invocation end: what the caller gets, and how it is told. */
import type { PlatformEvent, PlatformEvents } from '../logging/platform-events.ts';
import type { ReportStatus } from '../logging/report.ts';
import type { Answer } from '../runtime-api/answer.ts';
import { answerTooLarge, type Failure } from './failure.ts';

export interface Outcome {
  readonly payload: Buffer;
  readonly functionError: 'Unhandled' | undefined;
  readonly logTail: string;
  /** Resolves when extensions are done with the invocation, too, where the answer does not wait for it. */
  readonly settled?: Promise<void>;
}

export type Start =
  | { readonly type: 'ready' }
  | { readonly type: 'timed-out' }
  | { readonly type: 'failed'; readonly failure: Failure };

export type End = Answer | { readonly type: 'failed'; readonly failure: Failure };

export function statusOf({ status: name, errorType }: Failure): ReportStatus {
  return name === 'timeout' ? { name } : { name, errorType };
}

export function startStatus(start: Start): ReportStatus | undefined {
  if (start.type === 'ready') return undefined;
  return start.type === 'failed' ? statusOf(start.failure) : { name: 'timeout' };
}

export function failureOf(end: End): Failure | undefined {
  if (end.type === 'too-large') return answerTooLarge();
  return end.type === 'failed' ? end.failure : undefined;
}

export function runtimeDone(
  events: PlatformEvents,
  requestId: string,
  durationMs: number,
  end: End,
): PlatformEvent {
  const failure = failureOf(end);
  const producedBytes = 'payload' in end ? end.payload.length : 0;
  const status = failure && statusOf(failure);
  return events.runtimeDone(requestId, { durationMs, producedBytes }, status);
}
