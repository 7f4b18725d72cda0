/** InvokeWithResponseStream: the function's answer as an event stream, chunk by chunk as it writes it. */
import type {
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponse,
  InvokeWithResponseStreamResponseEvent,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { findVersion } from '../function-lookup.ts';
import { LATEST, parseFunctionName } from '../function-name.ts';
import { invokeStreamed } from '../invocation/invoke-streamed.ts';
import type { StreamedInvocation } from '../port.ts';
import type { LambdaState } from '../state.ts';

export async function invokeWithResponseStream(
  state: LambdaState,
  input: InvokeWithResponseStreamRequest,
  context: RequestContext,
): Promise<InvokeWithResponseStreamResponse> {
  const isDryRun = input.InvocationType === 'DryRun';
  const request = {
    functionName: input.FunctionName,
    qualifier: input.Qualifier,
    payload: input.Payload ?? new Uint8Array(),
    accountId: context.accountId,
    region: context.region,
    clientContext: input.ClientContext,
    requestId: context.requestId,
    traceId: context.traceId,
    tenantId: input.TenantId,
  };
  if (isDryRun) {
    const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
    await findVersion(state, { ...reference, qualifier: reference.qualifier ?? LATEST });
    return { StatusCode: 204 };
  }
  const streamed = await invokeStreamed(state, request);
  return {
    StatusCode: 200,
    ExecutedVersion: streamed.executedVersion,
    EventStream: events(streamed, input.LogType === 'Tail'),
  };
}

async function* events(
  { chunks, contentType, completed }: StreamedInvocation,
  wantsLog: boolean,
): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
  for await (const Payload of chunks) yield { PayloadChunk: { Payload } };
  const { payload, functionError, logTail } = await completed;
  const isWhole = contentType === undefined && functionError === undefined;
  if (isWhole) yield { PayloadChunk: { Payload: payload } };
  yield {
    InvokeComplete: {
      ...(functionError && {
        ErrorCode: functionError,
        ErrorDetails: Buffer.from(payload).toString(),
      }),
      ...(wantsLog && { LogResult: Buffer.from(logTail).toString('base64') }),
    },
  };
}
