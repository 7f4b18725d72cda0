/** `brume logs`: prints what a function logged, and with `--follow` what it goes on to log. */
import { setTimeout } from 'node:timers/promises';
import { ConfigError } from '../config.ts';
import type { Config } from '../config.ts';
import { ApiError, callJson } from './api-call.ts';
import { clientKey } from './env.ts';
import type { RootKey } from './env.ts';
import { print } from './output.ts';

export interface LogsQuestion {
  /** A function's name, or a log group's, which begins with a slash. */
  readonly name: string;
  readonly follow: boolean;
  readonly filterPattern: string | undefined;
}

interface Page {
  readonly events: readonly {
    readonly eventId: string;
    readonly timestamp: number;
    readonly message: string;
  }[];
  readonly nextToken?: string;
}

const POLL_MS = 500;
/** Events of several streams come a little out of order: so far back is looked again. */
const LOOK_BACK_MS = 10_000;

export async function logs(config: Config, question: LogsQuestion): Promise<number> {
  const key = await clientKey(config);
  const logGroupName = question.name.startsWith('/')
    ? question.name
    : `/aws/lambda/${question.name}`;
  /** Events that were printed, by id, with their times. */
  const printed = new Map<string, number>();
  let startTime = 0;
  do {
    const input = { logGroupName, startTime, filterPattern: question.filterPattern };
    for await (const { eventId, timestamp, message } of events(config, key, input, question)) {
      if (printed.has(eventId)) continue;
      print(message.endsWith('\n') ? message : `${message}\n`);
      if (!question.follow) continue;
      printed.set(eventId, timestamp);
      startTime = Math.max(startTime, timestamp - LOOK_BACK_MS);
    }
    for (const [id, timestamp] of printed) if (timestamp < startTime) printed.delete(id);
    if (question.follow) await setTimeout(POLL_MS);
  } while (question.follow);
  return 0;
}

async function* events(
  config: Config,
  key: RootKey,
  input: { readonly logGroupName: string; readonly startTime: number },
  { follow, name }: LogsQuestion,
): AsyncGenerator<Page['events'][number]> {
  let nextToken: string | undefined;
  do {
    const page = await callJson<Page>(config, key, {
      service: 'logs',
      target: 'Logs_20140328.FilterLogEvents',
      input: { ...input, nextToken },
    }).catch((error: unknown): Page => {
      if (!(error instanceof ApiError)) throw error;
      const isMissing = error.code === 'ResourceNotFoundException';
      // A function that was never called has no group yet: there is something to wait for.
      if (isMissing && follow) return { events: [] };
      throw new ConfigError(isMissing ? `${name} has logged nothing.` : error.message);
    });
    yield* page.events;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
