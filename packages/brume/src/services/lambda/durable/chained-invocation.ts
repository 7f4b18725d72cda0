/** Invocations that an execution makes of other functions, and waits for. */
import { createHash } from 'node:crypto';
import type { ErrorObject } from '../../../model/generated/lambda.types.ts';
import type { InvokeResult } from '../port.ts';
import { errorOf, refusedOutcome } from './invocation.ts';

export interface ChainedInvocation {
  readonly accountId: string;
  readonly region: string;
  readonly functionName: string;
  readonly payload: string;
  /** The operation that waits for it; the same after a crash. */
  readonly parent: string;
}

export type ChainedOutcome =
  | { readonly status: 'SUCCEEDED'; readonly result: string }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'STOPPED'; readonly error: ErrorObject };

/** Name of a chained durable execution: invoked again after a crash, it is found, not begun anew. */
export function chainedName(parent: string): string {
  return createHash('sha256').update(parent).digest('hex').slice(0, 64);
}

export function chainedOutcome({ functionError, payload, durableStatus }: InvokeResult) {
  const text = Buffer.from(payload).toString();
  if (functionError === undefined) return { status: 'SUCCEEDED', result: text } as const;
  const status =
    durableStatus === 'TIMED_OUT' || durableStatus === 'STOPPED' ? durableStatus : 'FAILED';
  return { status, error: errorOf(text) } as const;
}

export function refusedChain(error: unknown): ChainedOutcome {
  return { status: 'FAILED', error: refusedOutcome(error).error ?? {} };
}
