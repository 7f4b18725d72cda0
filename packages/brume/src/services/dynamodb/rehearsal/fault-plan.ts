/** What a rehearsal is told to do, as it is set and shown at `/_brume/faults`. */
import { AwsError } from '../../../model/aws-error.ts';
import { BURST_SECONDS, FAULT_MS_MAX, FAULTS_MAX } from './limits.ts';

const KINDS = [
  'throttle',
  'conflict',
  'inProgress',
  'stale',
  'contention',
  'replication',
  'replicatedConflict',
] as const;

/**
 * `throttle`, `conflict` and `inProgress` refuse requests as AWS does for too much throughput, for a
 * transaction under way on an item, and for a token whose transaction is under way; `stale` answers
 * eventually consistent reads with what was `ms` ago; `contention` lets transactions, and writes of
 * strongly consistent global tables, take `ms`, so that who comes meanwhile, from another region there, is
 * in conflict with them; `replication` lets changes of global tables come to
 * the other regions `ms` later; `replicatedConflict` refuses writes of strongly consistent ones as AWS
 * does while another region writes to the item.
 */
export type FaultKind = (typeof KINDS)[number];

export interface Fault {
  readonly service: 'dynamodb';
  readonly fault: FaultKind;
  /** Any table or operation where absent. */
  readonly table?: string;
  readonly operation?: string;
  /** How many of the requests, from 0 to 1. */
  readonly rate: number;
  readonly ms: number;
}

export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** `enforced` holds tables to their provisioned throughput and on-demand maximums. */
  readonly throughput: 'unlimited' | 'enforced';
  readonly burstSeconds: number;
}

export const NO_FAULTS: FaultPlan = {
  faults: [],
  throughput: 'unlimited',
  burstSeconds: BURST_SECONDS,
};

/** A plan from JSON that somebody sent: whole, or one fault alone. */
export function parseFaultPlan(said: unknown): FaultPlan {
  const words = record(said, 'The plan');
  if (Object.hasOwn(words, 'fault')) return { ...NO_FAULTS, faults: [parseFault(words)] };
  const known = ['faults', 'throughput', 'burstSeconds'];
  refuseUnknown(words, known, 'The plan');
  const { faults = [], throughput = 'unlimited', burstSeconds = BURST_SECONDS } = words;
  if (!Array.isArray(faults) || faults.length > FAULTS_MAX) {
    throw refused(`faults must be a list of at most ${FAULTS_MAX}.`);
  }
  if (throughput !== 'unlimited' && throughput !== 'enforced') {
    throw refused('throughput must be unlimited or enforced.');
  }
  return {
    faults: faults.map(parseFault),
    throughput,
    burstSeconds: number('burstSeconds', burstSeconds, 1, BURST_SECONDS),
  };
}

function parseFault(said: unknown): Fault {
  const words = record(said, 'A fault');
  refuseUnknown(words, ['service', 'fault', 'table', 'operation', 'rate', 'ms'], 'A fault');
  const { service = 'dynamodb', fault, table, operation, rate = 1, ms = 0 } = words;
  if (service !== 'dynamodb') throw refused('service must be dynamodb.');
  const kind = KINDS.find((each) => each === fault);
  if (kind === undefined) throw refused(`fault must be one of ${KINDS.join(', ')}.`);
  return {
    service,
    fault: kind,
    ...(table !== undefined && { table: text('table', table) }),
    ...(operation !== undefined && { operation: text('operation', operation) }),
    rate: number('rate', rate, 0, 1),
    ms: number('ms', ms, 0, FAULT_MS_MAX),
  };
}

function record(said: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof said === 'object' && said !== null && !Array.isArray(said)) return { ...said };
  throw refused(`${what} must be a JSON object.`);
}

function refuseUnknown(words: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(words).find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw refused(`${what} has no ${unknown}: it may have ${known.join(', ')}.`);
  }
}

function text(name: string, said: unknown): string {
  if (typeof said === 'string' && said.length > 0) return said;
  throw refused(`${name} must be a text.`);
}

function number(name: string, said: unknown, min: number, max: number): number {
  if (typeof said === 'number' && said >= min && said <= max) return said;
  throw refused(`${name} must be a number from ${min} to ${max}.`);
}

function refused(message: string): AwsError {
  return new AwsError({ code: 'Refused', status: 400, message });
}
