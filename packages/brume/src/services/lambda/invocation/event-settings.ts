/** What a function, a version or an alias has set for its asynchronous invocations. */
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import { LATEST, parseFunctionName, type FunctionReference } from '../function-name.ts';
import { decodeRecord } from '../function-record.ts';
import { EVENT_AGE_MAX_MS, EVENT_RETRY_DELAYS_MS } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import type { EventSettings, QueuedEvent } from './event-queue.ts';

export interface EventInvokeRecord {
  /** `$LATEST`, a version's number or an alias's name. */
  readonly qualifier: string;
  readonly retriesMax?: number | undefined;
  readonly ageMaxSeconds?: number | undefined;
  /** ARNs. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  readonly modifiedMs: number;
}

/** Configurations in the order in which AWS lists them (recorded 2025-11-25). */
export const eventInvokeKey = (
  { accountId, region, name }: FunctionReference,
  qualifier = LATEST,
) => encodeKey(['lambda', accountId, region, 'event-invoke', name, qualifier]);

export const eventInvokeRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', accountId, region, 'event-invoke', name]);

/** What holds for an event now: settings may change while it waits. */
export async function settingsOf(
  { store }: LambdaState,
  event: QueuedEvent,
): Promise<EventSettings> {
  const reference = parseFunctionName(event.functionName, event.qualifier, event);
  const value = await store.get(eventInvokeKey(reference, reference.qualifier));
  const record = value && decodeRecord<EventInvokeRecord>(value);
  const ageMaxMs = (record?.ageMaxSeconds ?? EVENT_AGE_MAX_MS / 1000) * 1000;
  const retriesMax = record?.retriesMax ?? EVENT_RETRY_DELAYS_MS.length;
  return { retriesMax, ageMaxMs, onSuccess: record?.onSuccess, onFailure: record?.onFailure };
}
