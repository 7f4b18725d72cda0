/** InvokeAsync: what there was before Invoke had `InvocationType: Event`, and the same. */
import type {
  InvokeAsyncRequest,
  InvokeAsyncResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { asyncEventTooLarge } from '../errors.ts';
import { invokeFunction } from '../invocation/invoke-function.ts';
import { ASYNC_PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';

export async function invokeAsync(
  state: LambdaState,
  input: InvokeAsyncRequest,
  { accountId, region, requestId, traceId }: RequestContext,
): Promise<InvokeAsyncResponse> {
  const { statusCode } = await invokeFunction(state, {
    functionName: input.FunctionName,
    payload: await whole(input.InvokeArgs),
    invocationType: 'Event',
    accountId,
    region,
    requestId,
    traceId,
  });
  return { Status: statusCode };
}

/** The model has the event as a stream. */
async function whole(args: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (args instanceof Uint8Array) return args;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of args) {
    sizeBytes += chunk.length;
    if (sizeBytes > ASYNC_PAYLOAD_BYTES_MAX) throw asyncEventTooLarge(sizeBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
