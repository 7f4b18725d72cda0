/** The beginning of a durable execution. */
import type { Environment } from '../../../environment/environment.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type { FunctionReference } from '../function-name.ts';
import { putRecord, type DurableSettings } from '../function-record.ts';
import {
  eventKey,
  executionKey,
  operationKey,
  startKey,
  type ExecutionRecord,
  type OperationRecord,
} from './execution-record.ts';
import { event } from './transitions.ts';

export interface Start {
  readonly function: FunctionReference;
  readonly version: string;
  readonly settings: DurableSettings;
  readonly payload: string;
  /** Where it is absent the execution has a name of its own. */
  readonly executionName?: string | undefined;
  readonly traceId?: string | undefined;
}

/** A new execution, as itself and as the first of its operations. */
export function newExecution(start: Start, { clock, random }: Environment) {
  const { accountId, region, name } = start.function;
  const { ExecutionTimeout, RetentionPeriodInDays } = start.settings;
  const id = random.uuid();
  const startMs = clock.nowMs();
  const record: ExecutionRecord = {
    accountId,
    region,
    name,
    version: start.version,
    id,
    executionName: start.executionName ?? random.uuid(),
    status: 'RUNNING',
    startMs,
    timeoutSeconds: ExecutionTimeout,
    retentionDays: RetentionPeriodInDays,
    traceId: start.traceId,
    token: 0,
    revision: 0,
    operations: 1,
    events: 1,
    suspended: false,
    failures: 0,
  };
  const root: OperationRecord = {
    index: 0,
    revision: 0,
    id,
    name: record.executionName,
    type: 'EXECUTION',
    status: 'STARTED',
    startMs,
    input: start.payload,
  };
  return { record, root };
}

export function startWrites(record: ExecutionRecord, root: OperationRecord): Write[] {
  const key = executionKey(record.accountId, record.region, record.executionName);
  const started = event('ExecutionStarted', root, record.startMs, {
    ExecutionStartedDetails: {
      Input: { Payload: root.input },
      ExecutionTimeout: record.timeoutSeconds,
    },
  });
  return [
    putRecord(key, record),
    { type: 'put', key: startKey(record), value: key },
    putRecord(operationKey(record.id, 0), root),
    putRecord(eventKey(record.id, 0), { ...started, EventId: 1 }),
  ];
}
