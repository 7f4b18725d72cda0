/** What durable executions have run: their own function, once, and the functions that they chain. */
import { chainedName, type ChainedInvocation } from '../durable/chained-invocation.ts';
import type { ExecutionRecord } from '../durable/execution-record.ts';
import { findVersion } from '../function-lookup.ts';
import { functionArn, LATEST, parseFunctionName } from '../function-name.ts';
import type { InvokeResult } from '../port.ts';
import type { LambdaState } from '../state.ts';
import { invokeFunction } from './invoke-function.ts';
import { runVersion } from './run-version.ts';
import { answerOf, ended } from './start-durable.ts';

/** Runs the function of an execution once. */
export async function runDurably(
  state: LambdaState,
  execution: ExecutionRecord,
  payload: Uint8Array,
  requestId: string,
): Promise<InvokeResult> {
  const reference = { ...execution, qualifier: execution.version };
  return runVersion(state, await findVersion(state, reference), {
    requestId,
    payload,
    invokedFunctionArn: functionArn(execution, execution.version),
    traceId: execution.traceId,
    clientContext: undefined,
    sink: undefined,
  });
}

/** Invokes what an execution chains; a durable function however long it takes. */
export async function invokeChained(
  state: LambdaState,
  { accountId, region, functionName, payload, parent }: ChainedInvocation,
): Promise<InvokeResult> {
  const context = { accountId, region };
  const reference = parseFunctionName(functionName, undefined, context);
  const qualifier = reference.qualifier ?? LATEST;
  const { record, version } = await findVersion(state, { ...reference, qualifier });
  const { DurableConfig: settings } = version.settings;
  if (!settings) {
    return invokeFunction(state, { ...context, functionName, payload: Buffer.from(payload) });
  }
  const live = await state.durable.start({
    function: record,
    version: version.version,
    settings,
    payload,
    executionName: chainedName(parent),
  });
  return answerOf(await ended(live));
}
