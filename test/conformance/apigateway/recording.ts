/**
 * What AWS answered, as LocalStack's recorder wrote it down, and how an answer is held against it: ids,
 * times and the like stand as `<name:1>`, which must be the same text wherever it stands.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as sdk from '@aws-sdk/client-api-gateway';

const folder = path.join(import.meta.dirname, '../../../../shared/recorded/apigateway');
export const skip = existsSync(folder) ? false : '../shared/recorded is not there';

export type Recording = Readonly<Record<string, unknown>>;

/** Recordings of a file by the names of the tests that made them. */
export function recordingsOf(file: string): Map<string, Recording> {
  if (skip) return new Map();
  const text = readFileSync(path.join(folder, `apigateway_${file}.json`), 'utf8');
  const all = JSON.parse(text) as Record<string, { 'recorded-content': Recording }>;
  return new Map(
    Object.entries(all).map(([name, recorded]) => [
      name.split('::').at(-1) ?? name,
      recorded['recorded-content'],
    ]),
  );
}

/** An answer of any operation: what it has is asked by name. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** Asks as a customer does, and holds the answers against one recording. */
export class Session {
  readonly #client: sdk.APIGatewayClient;
  readonly #recording: Recording;
  readonly #bindings = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(client: sdk.APIGatewayClient, recording: Recording) {
    this.#client = client;
    this.#recording = recording;
  }

  async ask(operation: string, input: object = {}): Promise<Answer> {
    const commands = sdk as unknown as Record<string, new (input: object) => Answer>;
    const Command = commands[`${operation}Command`];
    assert(Command, `no such operation: ${operation}`);
    return this.#client.send(new Command(input));
  }

  /** Asks, and compares what comes of it, in the recorder's form, with what AWS answered under that name. */
  async match(
    name: string,
    operation: string,
    input: object = {},
    reshape: (answer: Answer) => Answer = (answer) => answer,
  ): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await this.ask(operation, input);
    } catch (error) {
      answer = error;
    }
    const { $metadata, ...rest } = answer as { $metadata: { httpStatusCode: number } };
    const shaped = answer instanceof Error ? errorOf(answer) : reshape(rest);
    this.#compare(name, shaped, $metadata.httpStatusCode);
    return answer;
  }

  /** What AWS answered under a name. */
  recorded(name: string): Answer {
    return this.#recording[name];
  }

  /** Names in the recording that nothing was compared with. */
  unseen(): string[] {
    return Object.keys(this.#recording).filter((name) => !this.#seen.has(name));
  }

  #compare(name: string, actual: object, status: number): void {
    this.#seen.add(name);
    const { ResponseMetadata, ...expected } = this.#recording[name] as Answer;
    assert.equal(status, ResponseMetadata.HTTPStatusCode, `${name}: ${JSON.stringify(actual)}`);
    if (!expected.Error) {
      this.#alike(expected, actual, name);
      return;
    }
    const { Error: recorded } = expected;
    this.#alike({ Code: recorded.Code, Message: recorded.Message }, actual, name);
  }

  #alike(expected: unknown, actual: unknown, where: string): void {
    if (expected === 'datetime') return assert(actual instanceof Date, `${where} is a time`);
    if (typeof expected === 'string') return this.#sameText(expected, actual, where);
    if (typeof expected !== 'object' || expected === null) {
      return assert.equal(actual, expected, where);
    }
    // The recorder reads JSON out of texts.
    const text = actual instanceof Uint8Array ? Buffer.from(actual).toString() : actual;
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : text;
    assert(typeof value === 'object' && value !== null, where);
    const defined = Object.entries(value).filter(([, each]) => each !== undefined);
    assert.deepEqual(defined.map(([key]) => key).sort(), Object.keys(expected).sort(), where);
    const members = value as Readonly<Record<string, unknown>>;
    if (Array.isArray(expected)) this.#arrange(expected, value as Answer[]);
    for (const [key, each] of Object.entries(expected)) {
      this.#alike(each, members[key], `${where}.${key}`);
    }
  }

  /** Puts a list into the recorded order, by the ids that are known from before, or by names. */
  #arrange(expected: readonly Answer[], actual: Answer[]): void {
    const ids = expected.map((each) => this.#bindings.get(each?.id));
    const names = expected.map((each) => each?.name);
    const key = ids.includes(undefined) ? 'name' : 'id';
    const known = key === 'id' ? ids : names;
    if (known.includes(undefined)) return;
    actual.sort((left, right) => known.indexOf(left[key]) - known.indexOf(right[key]));
  }

  #sameText(expected: string, actual: unknown, where: string): void {
    const text = String(actual)
      .replaceAll('000000000000', '111111111111')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'date');
    const parts = expected.split(/(<[\w-]+(?::\d+)?>)/);
    const pattern = parts.map((part, at) => {
      const bound = this.#bindings.get(part);
      if (at % 2 === 0) return literally(part);
      return bound === undefined ? '(.+?)' : `(${literally(bound)})`;
    });
    const match = new RegExp(`^${pattern.join('')}$`, 's').exec(text);
    assert(
      match,
      `${where}: ${text} is not ${expected} with ${JSON.stringify([...this.#bindings])}`,
    );
    const names = parts.filter((_, at) => at % 2 === 1);
    names.forEach((name, at) => this.#bindings.set(name, match[at + 1] ?? ''));
  }
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function errorOf(error: Error): object {
  return { Code: error.name, Message: error.message };
}

/** One recorded test: asks what was asked of AWS. */
export type Scenario = (session: Session) => Promise<void>;
export type Scenarios = Readonly<Record<string, Scenario>>;
