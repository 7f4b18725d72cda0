/** InvokeAsync: what there was before Invoke had `InvocationType: Event`, and the same. */
import type {
  InvokeAsyncRequest,
  InvokeAsyncResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { invokeFunction } from '../invocation/invoke-function.ts';
import type { LambdaState } from '../state.ts';

export async function invokeAsync(
  state: LambdaState,
  input: InvokeAsyncRequest,
  { accountId, region, requestId, traceId }: RequestContext,
): Promise<InvokeAsyncResponse> {
  const { statusCode } = await invokeFunction(state, {
    functionName: input.FunctionName,
    // Bodies are received whole before an operation sees them.
    payload: input.InvokeArgs as Uint8Array,
    invocationType: 'Event',
    accountId,
    region,
    requestId,
    traceId,
  });
  return { Status: statusCode };
}
