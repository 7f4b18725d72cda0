/** Invocations whose answer is passed on while the function still writes it. */
import type { InvokeRequest, InvokeResult } from '../port.ts';
import { AnswerStream } from '../runtime-api/answer-stream.ts';
import type { LambdaState } from '../state.ts';
import { invokeFunction } from './invoke-function.ts';

export interface StreamedInvocation {
  readonly executedVersion: string | undefined;
  /** Of what the function streams; undefined for a function that answers in one piece. */
  readonly contentType: string | undefined;
  /** What the function streams. Ends early, without an error, when the function breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How it ended. Its payload is the answer in one piece, or the error. */
  readonly completed: Promise<InvokeResult>;
}

/**
 * Resolves when the function begins to stream, or has answered in one piece. Rejects, as `invoke` does,
 * for an invocation that cannot be made.
 */
export async function invokeStreamed(
  state: LambdaState,
  request: InvokeRequest,
): Promise<StreamedInvocation> {
  const stream = new AnswerStream();
  const completed = invokeFunction(state, request, stream);
  const contentType = await Promise.race([stream.begun, completed.then(() => undefined)]);
  completed.then(
    () => stream.end(),
    () => stream.end(),
  );
  const { executedVersion } = stream;
  return { executedVersion, contentType, chunks: stream, completed };
}
