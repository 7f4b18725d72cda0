/** Runs a version of a function in an execution environment. */
import type { FoundVersion } from '../function-lookup.ts';
import type { Outcome } from '../execution-environment/outcome.ts';
import type { InvokeResult } from '../port.ts';
import { reservedInRegion } from '../resources/concurrency.ts';
import type { RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import type { LambdaState } from '../state.ts';
import { withLineage } from './lineage.ts';

/** Runs a version once, where its function may have one more running. */
export async function runVersion(
  state: LambdaState,
  { record, version }: FoundVersion,
  invocation: Omit<RuntimeInvocation, 'deadlineMs' | 'traceId'> & {
    readonly traceId: string | undefined;
  },
): Promise<InvokeResult> {
  const { clock, random } = state.environment;
  const trace = traceHeader(invocation.traceId) ?? newTraceId(clock.nowMs(), random.bytes(20));
  const traceId = withLineage(trace, record);
  const whole = {
    ...invocation,
    deadlineMs: Math.round(clock.nowMs()) + version.settings.Timeout * 1000,
    traceId,
  };
  const { version: executedVersion } = version;
  const answer = ({ payload, functionError, logTail }: Outcome): InvokeResult => {
    return { statusCode: 200, executedVersion, payload, functionError, logTail };
  };
  const provisioned = state.dispatcher.invokeProvisioned(record, version, whole);
  if (provisioned) return answer(await provisioned);
  const leave = state.concurrency.enter(record, await reservedInRegion(state, record));
  let outcome: Outcome | undefined;
  try {
    outcome = await state.dispatcher.invoke(record, version, whole);
    return answer(outcome);
  } finally {
    // An environment that is busy takes a place, though the answer is out.
    if (outcome?.settled) void outcome.settled.then(leave);
    else leave();
  }
}

/** The caller's trace, where it is fit for a header. */
function traceHeader(traceId: string | undefined): string | undefined {
  return traceId !== undefined && /^[\x20-\x7e]{1,1024}$/.test(traceId) ? traceId : undefined;
}

function newTraceId(nowMs: number, random: Buffer): string {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  const hex = random.toString('hex');
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(24)};Sampled=0`;
}
