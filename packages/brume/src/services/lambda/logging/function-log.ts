/** Where the log of an execution environment goes: to CloudWatch Logs, and what functions say also to Brume's own log. */
import type { Clock } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { LogsPort } from '../../logs/port.ts';
import type { FunctionRecord, VersionRecord } from '../function-record.ts';
import type { LogSink } from './environment-log.ts';

export interface FunctionLogDependencies {
  /** Without it, logs are in Brume's own log only. */
  readonly logs: LogsPort | undefined;
  readonly log: Logger;
  readonly clock: Clock;
}

export function functionLog(
  { logs, log, clock }: FunctionLogDependencies,
  { accountId, region, name }: FunctionRecord,
  version: VersionRecord,
  streamName: string,
): LogSink {
  const groupName = version.settings.LoggingConfig.LogGroup;
  const stream = { accountId, region, groupName, streamName };
  return (message, source) => {
    logs?.write(stream, { timestampMs: Math.floor(clock.nowMs()), message });
    // The platform's lines say nothing that Brume's own line about the request does not.
    if (source === 'function') log.log('info', message.trimEnd(), { function: name });
  };
}
