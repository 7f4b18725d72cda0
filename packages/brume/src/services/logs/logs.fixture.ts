/** A CloudWatch Logs on a memory store with a clock of the test's own, for tests below HTTP. */
import type { TestContext } from 'node:test';
import type { Environment } from '../../environment/environment.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import type { LogsOperations, PutLogEventsResponse } from '../../model/generated/logs.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import { createLogs, type Logs } from './service.ts';

export const ACCOUNT = '111111111111';
export const PLACE = { accountId: ACCOUNT, region: 'us-east-1' };
export const NOW_MS = Date.UTC(2026, 10, 22, 12);

const CONTEXT = {
  ...PLACE,
  caller: { accessKeyId: ACCOUNT, principalArn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
  baseUrl: 'http://127.0.0.1:4566',
};

export interface TestLogs extends Logs {
  readonly clock: { nowMs: number };
  call<Name extends keyof LogsOperations>(
    name: Name,
    input: LogsOperations[Name]['input'],
    signal?: AbortSignal,
  ): Promise<LogsOperations[Name]['output']>;
  /** Makes a group `g` with streams. */
  prepare(...streams: string[]): Promise<void>;
  /** Puts messages into a stream of `g`, each a time after `NOW_MS`. */
  put(stream: string, ...events: (readonly [number, string])[]): Promise<PutLogEventsResponse>;
}

export function startLogs(t: TestContext): TestLogs {
  const real = nodeEnvironment();
  const clock = { nowMs: NOW_MS };
  const environment: Environment = {
    ...real,
    clock: { ...real.clock, nowMs: () => clock.nowMs },
  };
  const logs = createLogs({ store: createMemoryStore(), environment, log: { log: () => {} } });
  t.after(() => logs.service.close());
  const call: TestLogs['call'] = async (name, input, signal) => {
    const context = { ...CONTEXT, requestId: real.random.uuid(), signal };
    return (await logs.service.execute(name, input, context)) as never;
  };
  return {
    ...logs,
    clock,
    call,
    async prepare(...streams) {
      await call('CreateLogGroup', { logGroupName: 'g' });
      for (const logStreamName of streams) {
        await call('CreateLogStream', { logGroupName: 'g', logStreamName });
      }
    },
    put: (logStreamName, ...events) =>
      call('PutLogEvents', {
        logGroupName: 'g',
        logStreamName,
        logEvents: events.map(([afterMs, message]) => {
          return { timestamp: NOW_MS + afterMs, message };
        }),
      }),
  };
}
