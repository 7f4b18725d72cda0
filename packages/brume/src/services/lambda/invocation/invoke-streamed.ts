/** Invocations whose answer is passed on while the function still writes it. */
import type { InvokeRequest, StreamedInvocation } from '../port.ts';
import { AnswerStream } from '../runtime-api/answer-stream.ts';
import type { LambdaState } from '../state.ts';
import { invokeFunction } from './invoke-function.ts';

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
