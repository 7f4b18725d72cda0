/** Access logs: a line of each request in the format that the stage was given. */
import type { LogsPort, LogStreamReference } from '../logs/port.ts';

export interface AccessLog {
  /** `variables` looks a name up: `requestId`, `identity.sourceIp`. */
  write(logs: LogsPort, timestampMs: number, variables: (name: string) => string | undefined): void;
}

/** Undefined where nothing is to be logged, or to what is no log group. */
export function compileAccessLog(
  settings: { readonly destinationArn?: string | undefined; readonly format?: string | undefined },
  streamName: string,
): AccessLog | undefined {
  const { destinationArn = '', format } = settings;
  const [, region = '', accountId = '', groupName = ''] =
    /^arn:[\w-]+:logs:([\w-]+):(\d{12}):log-group:([^:]+)(?::\*)?$/.exec(destinationArn) ?? [];
  if (!format || groupName === '') return undefined;
  const stream: LogStreamReference = { accountId, region, groupName, streamName };
  const parts = format.split(VARIABLE);
  return {
    write(logs, timestampMs, variables) {
      let message = '';
      for (const [at, part] of parts.entries()) {
        // What is not there is a hyphen (developer guide, "Set up access logging").
        message += at % 2 === 0 ? part : (variables(part) ?? '-');
      }
      logs.write(stream, { timestampMs, message: message.trimEnd() });
    },
  };
}

/** `$context.identity.sourceIp`; the group is the name. */
const VARIABLE = /\$context\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)/;
