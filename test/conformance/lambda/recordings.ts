/**
 * Answers recorded from AWS, played against Brume: a script makes the requests again, which the
 * recordings do not have, and each answer must be the recorded one.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createBrume, type Brume } from '../../../packages/brume/src/brume.ts';
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const folder = path.join(import.meta.dirname, '../../../../shared/recorded/lambda');
export const skip = existsSync(folder) ? false : '../shared/recorded is not there';

/** The recorder has put this account in the place of AWS's. */
export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function`;

const PLACEHOLDERS = /(<[a-z0-9_-]+(?::\d+)?>)/g;

type Answers = Readonly<Record<string, unknown>>;

/** By the name of the recorder's test. */
export function recordings(file: string): ReadonlyMap<string, Answers> {
  const { default: parsed } = {
    default: JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
  };
  const entries = Object.entries(parsed as Record<string, { 'recorded-content': Answers }>);
  return new Map(entries.map(([name, recorded]) => [name, recorded['recorded-content']]));
}

/** The requests of a recording, in its order. */
export type Script = (play: Play) => Promise<void>;

export interface Step {
  /** Members that are not compared, with the reason in the script. */
  readonly except?: readonly string[];
  /** The part of the recorded answer that is compared. */
  readonly at?: (recorded: unknown) => unknown;
}

export class Play {
  readonly client: LambdaClient;
  readonly brume: Brume;
  readonly #answers: Answers;
  readonly #left: Set<string>;
  /** What the recorder's placeholders stand for here. */
  readonly #bound = new Map<string, string>([
    ['<partition>', 'aws'],
    ['<region>', REGION],
  ]);

  readonly #log: Readonly<Record<string, unknown>>[];
  #listener: ReturnType<Brume['listen']> | undefined;

  constructor(answers: Answers, brume: Brume, log: Readonly<Record<string, unknown>>[]) {
    this.#answers = answers;
    this.#left = new Set(Object.keys(answers));
    this.#log = log;
    this.brume = brume;
    this.client = new LambdaClient(this.options);
  }

  /** Of clients for other services of the same cloud. */
  get options() {
    return {
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
      requestHandler: this.brume.requestHandler,
      maxAttempts: 1,
    };
  }

  /** The recorded answer itself, for requests that it has the values of. */
  recorded(name: string): unknown {
    return this.#answers[name];
  }

  /** Waits until Brume's own log has a line with this field, or more, and returns its value, parsed. */
  async logged(field: string, index = 0): Promise<unknown> {
    const find = () => this.#log.filter((line) => typeof line[field] === 'string')[index];
    await until(() => find() !== undefined);
    return JSON.parse(String(find()?.[field]));
  }

  /** Lets time pass for the cloud. */
  async pass(advanceMs: number): Promise<void> {
    const { port } = await (this.#listener ??= this.brume.listen());
    const body = JSON.stringify({ advanceMs });
    const moved = await fetch(`http://127.0.0.1:${port}/_brume/clock`, { method: 'POST', body });
    assert.ok(moved.ok);
  }

  /** Says what a placeholder stands for, where no answer would tell. */
  bind(placeholder: string, value: string): void {
    this.#bound.set(placeholder, value);
  }

  /** Sends a request, compares its answer or error with the recorded one, and returns the answer. */
  async step<Output>(name: string, request: Promise<Output>, { except = [], at }: Step = {}) {
    const answered = this.#answers[name];
    assert.ok(answered !== undefined, `${name} is not recorded`);
    const recorded = at ? at(answered) : answered;
    this.#left.delete(name);
    const answer = await request.catch((error: unknown) => error);
    const seen = answer instanceof Error ? seenError(answer) : plain(answer);
    const [expected, actual] = [recorded, seen].map((value) => without(value, except));
    this.#compare(expected, actual, name);
    return answer as Output;
  }

  /** Says that an answer is not compared, and why. */
  leaveOut(reason: string, ...names: readonly string[]): void {
    assert.ok(reason.length > 0);
    for (const name of names) {
      assert.ok(this.#left.delete(name), `${name} is not recorded, or was played`);
    }
  }

  /** Every answer was compared or left out. */
  end(): void {
    assert.deepEqual([...this.#left], []);
  }

  #compare(recorded: unknown, actual: unknown, where: string): void {
    if (typeof recorded === 'string') return this.#compareText(recorded, actual, where);
    if (typeof recorded !== 'object' || recorded === null) {
      return assert.deepEqual(actual, recorded, where);
    }
    // The recorder has parsed policies, payloads and what else is JSON in a member.
    const value = typeof actual === 'string' ? JSON.parse(actual) : actual;
    assert.ok(typeof value === 'object' && value !== null, `${where}: ${String(actual)}`);
    const names = (members: object) => Object.keys(members).toSorted().join();
    assert.equal(names(value), names(recorded), `${where}: ${JSON.stringify(value)}`);
    for (const [key, member] of Object.entries(recorded)) {
      this.#compare(member, (value as Record<string, unknown>)[key], `${where}.${key}`);
    }
  }

  #compareText(recorded: string, actual: unknown, where: string): void {
    if (/^(?:date|datetime|timestamp|code-sha256|<(?:datetime|code-size)>)$/.test(recorded)) {
      return assert.ok(actual !== undefined && actual !== null, where);
    }
    // `<timestamp:2022-07-13T13:48:01.000Z>`: the form, with a time that the recorder has chosen.
    const [, time] = /^<timestamp:(.+)>$/.exec(recorded) ?? [];
    if (time !== undefined) return assert.equal(digitless(actual), digitless(time), where);
    const pattern = recorded.split(PLACEHOLDERS).map((part, index) => {
      if (index % 2 === 0) return escapePattern(part);
      const bound = this.#bound.get(part);
      return bound === undefined ? '(.+)' : escapePattern(bound);
    });
    const names = (recorded.match(PLACEHOLDERS) ?? []).filter((name) => !this.#bound.has(name));
    // The recorder's SDK has an empty text where the one for JavaScript has null.
    const text = typeof actual === 'string' ? actual : JSON.stringify(actual ?? '');
    const found = new RegExp(`^${pattern.join('')}$`, 's').exec(actual === null ? '' : text);
    assert.ok(found, `${where}\n  AWS:   ${recorded}\n  Brume: ${String(actual)}`);
    names.forEach((name, index) => {
      // Those without a number stand for something else each time.
      if (/:\d+>$/.test(name)) this.#bound.set(name, found[index + 1] ?? '');
    });
  }
}

/** Plays one recording in a cloud of its own. */
export async function play(answers: Answers, script: Script): Promise<void> {
  const log: Readonly<Record<string, unknown>>[] = [];
  const write = (text: string) => {
    for (const line of text.trim().split('\n')) log.push(JSON.parse(line));
  };
  const brume = await createBrume({ memory: true, port: 0, logFormat: 'json' }, { write });
  const playing = new Play(answers, brume, log);
  try {
    await script(playing);
    playing.end();
  } finally {
    playing.client.destroy();
    await brume.close();
  }
}

/** A function as most of the recordings have it. */
export function definition(FunctionName: string, code = PYTHON) {
  return {
    FunctionName,
    Role: ROLE,
    Runtime: 'python3.12',
    Handler: 'handler.handler',
    Timeout: 30,
    Environment: { Variables: {} },
    Code: { ZipFile: zipFiles({ 'handler.py': code }) },
  } as const;
}

/** Waits until a function has passed its states. */
export async function settled(client: LambdaClient, FunctionName: string): Promise<void> {
  await until(async () => {
    const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return found.State === 'Active' && found.LastUpdateStatus === 'Successful';
  });
}

const PYTHON = 'def handler(event, context):\n    return event\n';

function seenError(error: Error): unknown {
  const {
    $metadata,
    $fault: _,
    ...rest
  } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    $fault?: string;
    Type?: string;
    Reason?: string;
  };
  assert.ok($metadata !== undefined, error.stack);
  const { Type, Reason } = rest;
  return plain({
    Error: { Code: error.name, Message: error.message },
    Type,
    Reason,
    ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: $metadata.httpStatusCode },
  });
}

/** As the recorder has it: JSON, without members that are undefined, with the status of the answer. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { $metadata, ...rest } = value as { $metadata?: { httpStatusCode?: number } };
  const metadata = { HTTPHeaders: {}, HTTPStatusCode: $metadata?.httpStatusCode };
  const all = $metadata === undefined ? rest : { ...rest, ResponseMetadata: metadata };
  const members = Object.entries(all).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}

/** Errors have their message twice, in the letters of their protocol; the SDK gives it once. */
const TWICE = ['message', 'Message'];

function without(value: unknown, except: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const isError = 'Error' in value;
  const members = Object.entries(value).filter(
    ([name]) => !except.includes(name) && !(isError && TWICE.includes(name)),
  );
  return Object.fromEntries(members);
}

function digitless(text: unknown): string {
  return String(text).replaceAll(/\d/g, '0');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
