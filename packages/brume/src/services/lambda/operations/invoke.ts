/** Invoke: runs a function and answers with what it returned. */
import type {
  InvocationRequest,
  InvocationResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { invokeFunction } from '../invocation/invoke-function.ts';
import type { LambdaState } from '../state.ts';

export async function invoke(
  state: LambdaState,
  input: InvocationRequest,
  context: RequestContext,
): Promise<InvocationResponse> {
  const result = await invokeFunction(state, {
    functionName: input.FunctionName,
    qualifier: input.Qualifier,
    payload: input.Payload ?? new Uint8Array(),
    accountId: context.accountId,
    region: context.region,
    invocationType: input.InvocationType,
    clientContext: input.ClientContext,
    requestId: context.requestId,
    traceId: context.traceId,
    tenantId: input.TenantId,
    durableExecutionName: input.DurableExecutionName,
  });
  const isAnswer = result.statusCode === 200;
  return {
    StatusCode: result.statusCode,
    FunctionError: result.functionError,
    DurableExecutionArn: result.durableExecutionArn,
    Payload: result.payload,
    ExecutedVersion: isAnswer ? result.executedVersion : undefined,
    LogResult:
      isAnswer && input.LogType === 'Tail'
        ? Buffer.from(result.logTail).toString('base64')
        : undefined,
  };
}
