/** What UpdateTable makes of the throughput of a table, or of a global index. */
import type {
  BillingMode,
  OnDemandThroughput,
  ProvisionedThroughput,
  WarmThroughput,
} from '../../../model/generated/dynamodb.types.ts';
import { invalidParameters, limitExceeded, validation } from '../errors.ts';
import {
  DECREASE_INTERVAL_MS,
  DECREASES_FREE,
  PAY_PER_REQUEST_CHANGES_MAX,
  PAY_PER_REQUEST_CHANGES_MS,
  WARM_READ_UNITS,
  WARM_WRITE_UNITS,
} from '../limits.ts';
import type { Throughput } from './table.ts';
import { onDemandMembers, onDemandOutOfRange } from './table-validation.ts';

const NONE: ProvisionedThroughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** A change of units; of how they are billed alone where `nowMs` is undefined. */
export function changedUnits(
  current: Throughput,
  { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits }: ProvisionedThroughput,
  nowMs: number | undefined,
): Throughput {
  const isMore = readUnits > current.readUnits || writeUnits > current.writeUnits;
  const isLess = readUnits < current.readUnits || writeUnits < current.writeUnits;
  return {
    ...current,
    readUnits,
    writeUnits,
    ...(isMore && nowMs !== undefined && { increasedMs: nowMs }),
    ...(isLess && nowMs !== undefined && decreased(current, nowMs)),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function decreasesToday({ decreasesMs = [] }: Throughput, nowMs: number): number[] {
  const today = Math.floor(nowMs / DAY_MS);
  return decreasesMs.filter((ms) => Math.floor(ms / DAY_MS) === today);
}

/** The refusal's words: many reports of AWS's answers since 2018. */
function decreased(current: Throughput, nowMs: number): Partial<Throughput> {
  const today = decreasesToday(current, nowMs);
  const last = today.at(-1);
  if (today.length >= DECREASES_FREE && last !== undefined && nowMs - last < DECREASE_INTERVAL_MS) {
    throw limitExceeded(
      'Subscriber limit exceeded: Provisioned throughput decreases are limited within a given ' +
        `UTC day. After the first ${DECREASES_FREE} decreases, each subsequent decrease in the ` +
        `same UTC day can be performed at most once every ${DECREASE_INTERVAL_MS / 1000} seconds. ` +
        `Number of decreases today: ${today.length}. Last decrease at ${shownTime(last)}. ` +
        `Next decrease can be made at ${shownTime(last + DECREASE_INTERVAL_MS)}`,
    );
  }
  return { decreasedMs: nowMs, decreasesMs: [...today, nowMs] };
}

function shownTime(ms: number): string {
  const style = { dateStyle: 'full', timeStyle: 'full', timeZone: 'UTC' } as const;
  return new Date(ms).toLocaleString('en-US', style);
}

export function withoutUnits(current: Throughput): Throughput {
  return changedUnits(current, NONE, undefined);
}

/** `owner` is `the table`, or `the index x` with its kind alone in `kind` (dynalite, against AWS). */
export function checkUnitsChange(
  current: Throughput,
  { ReadCapacityUnits: read, WriteCapacityUnits: write }: ProvisionedThroughput,
  kind: 'table' | 'index',
  owner: string,
): void {
  if (read !== current.readUnits || write !== current.writeUnits) return;
  throw validation(
    `The provisioned throughput for ${owner} will not change. The requested value equals the ` +
      `current value. Current ReadCapacityUnits provisioned for the ${kind}: ` +
      `${current.readUnits}. Requested ReadCapacityUnits: ${read}. ` +
      `Current WriteCapacityUnits provisioned for the ${kind}: ${current.writeUnits}. ` +
      `Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide ` +
      'for current limits and how to request higher limits.',
  );
}

/** Limits merge member by member; -1 takes one away. */
export function mergedOnDemand(
  current: OnDemandThroughput | undefined,
  asked: OnDemandThroughput | undefined,
  billingMode: BillingMode,
): OnDemandThroughput | undefined {
  const members = onDemandMembers(asked);
  const [first] = members;
  if (billingMode === 'PROVISIONED') {
    if (first === undefined) return undefined;
    throw invalidParameters(
      `${first.name} for OnDemandThroughput cannot be specified when the table BillingMode is ` +
        'PROVISIONED',
    );
  }
  const outside = members.find(({ units }) => units === 0 || units < -1);
  if (outside !== undefined) throw onDemandOutOfRange(outside.name);
  const merged = onDemandMembers({ ...current, ...asked }).filter(({ units }) => units !== -1);
  if (merged.length === 0) return undefined;
  return Object.fromEntries(merged.map(({ name, units }) => [name, units]));
}

/** What a table or index can take at once without a wait, where nothing else was asked for. */
export function warmUnits(
  { billingMode }: { readonly billingMode: BillingMode },
  { throughput: { readUnits, writeUnits } }: { readonly throughput: Throughput },
) {
  return billingMode === 'PROVISIONED'
    ? { ReadUnitsPerSecond: readUnits, WriteUnitsPerSecond: writeUnits }
    : { ReadUnitsPerSecond: WARM_READ_UNITS, WriteUnitsPerSecond: WARM_WRITE_UNITS };
}

/** Warmth only grows. `owner` is `table`, or `index: x`; its words are from memory, not recorded. */
export function mergedWarmth(
  current: WarmThroughput | undefined,
  asked: WarmThroughput | undefined,
  least: Required<WarmThroughput>,
  owner: string,
): WarmThroughput | undefined {
  for (const name of ['ReadUnitsPerSecond', 'WriteUnitsPerSecond'] as const) {
    const units = asked?.[name];
    if (units === undefined || units >= (current?.[name] ?? least[name] ?? 0)) continue;
    throw invalidParameters(
      `Requested ${name} for WarmThroughput for ${owner} is lower than current WarmThroughput, ` +
        'decreasing WarmThroughput is not supported',
    );
  }
  return asked === undefined ? current : { ...current, ...asked };
}

/**
 * When a table went over to billing by request, the latest times and now: four in 24 hours are allowed
 * (Developer Guide, "Considerations when switching capacity modes"; the words of 2019 with its limit).
 */
export function payPerRequestChanges(earlierMs: readonly number[], nowMs: number): number[] {
  const recent = earlierMs.filter((ms) => nowMs - ms < PAY_PER_REQUEST_CHANGES_MS);
  const [first] = recent;
  if (recent.length >= PAY_PER_REQUEST_CHANGES_MAX && first !== undefined) {
    throw limitExceeded(
      'Subscriber limit exceeded: Update to PayPerRequest mode are limited to ' +
        `${PAY_PER_REQUEST_CHANGES_MAX} times in 1 day(s). Last update at ` +
        `${new Date(recent.at(-1) ?? first).toUTCString()}. Next update can be made at ` +
        new Date(first + PAY_PER_REQUEST_CHANGES_MS).toUTCString(),
    );
  }
  return [...recent, nowMs];
}
