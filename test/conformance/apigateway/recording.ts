/**
 * What AWS answered, as LocalStack's recorder wrote it down, and who asks for an answer to hold against it.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as sdk from '@aws-sdk/client-api-gateway';
import { Comparison } from './comparison.ts';

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

/** Those of all files: a name that stands in two of them is not to be asked for here. */
export function recordings(): Map<string, Recording> {
  if (skip) return new Map();
  const files = readdirSync(folder).map((name) => /^apigateway_(.+)\.json$/.exec(name)?.[1] ?? '');
  return new Map(files.flatMap((file) => [...recordingsOf(file)]));
}

/** An answer of any operation: what it has is asked by name. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** Asks as a customer does, and holds the answers against one recording. */
export class Session {
  readonly #client: sdk.APIGatewayClient;
  readonly #recording: Recording;
  readonly #comparison = new Comparison();
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
      this.#comparison.alike(expected, actual, name);
      return;
    }
    const { Error: recorded } = expected;
    this.#comparison.alike({ Code: recorded.Code, Message: recorded.Message }, actual, name);
  }
}

function errorOf(error: Error): object {
  return { Code: error.name, Message: error.message };
}

/** One recorded test: asks what was asked of AWS. */
export type Scenario = (session: Session) => Promise<void>;
export type Scenarios = Readonly<Record<string, Scenario>>;
