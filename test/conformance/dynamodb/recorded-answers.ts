/** What AWS answered to clients of DynamoDB and its streams, and how answers are held against it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { createBrume } from '../../../packages/brume/src/brume.ts';

interface Recording {
  readonly 'recorded-content': Readonly<Record<string, unknown>>;
}

const folder = path.join(import.meta.dirname, '../../../../shared/recorded');
const files = ['dynamodb/dynamodb.json', 'dynamodbstreams/dynamodb_streams.json'];

export const skip = existsSync(folder) ? false : '../shared/recorded is not there';

/** By the recorded test's class and name. */
export const recordings: Readonly<Record<string, Recording>> =
  skip === false
    ? Object.assign(
        {},
        ...files.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as object),
      )
    : {};

/** Clients of a Brume of their own. */
export async function openRecorded() {
  const brume = await createBrume({ memory: true, port: 0 });
  const { port } = await brume.listen();
  const { requestHandler } = brume;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { region: 'us-east-1', credentials, requestHandler };
  const client = new DynamoDBClient(options);
  const streams = new DynamoDBStreamsClient(options);
  const moveClock = async (ms: number) => {
    const body = JSON.stringify({ advanceMs: ms });
    const { ok } = await fetch(`http://127.0.0.1:${port}/_brume/clock`, { method: 'POST', body });
    assert.ok(ok, 'the clock was not moved');
  };
  return { client, streams, moveClock, close: () => brume.close() };
}

export function recorded(name: string, step: string): unknown {
  const content =
    (recordings[`TestDynamoDB::${name}`] ?? recordings[`TestDynamoDBStreams::${name}`])?.[
      'recorded-content'
    ] ?? {};
  assert.ok(step in content, `${name} has no ${step}`);
  return content[step];
}

/** The answer has all that the recording has, and the other way round; `<…>` stand for anything. */
export function matches(name: string, step: string, answer: object): void {
  compare(step, recorded(name, step), answer);
}

const IGNORED = new Set(['ResponseMetadata', '$metadata']);

export function compare(at: string, expected: unknown, actual: unknown): void {
  if (typeof expected === 'string') {
    if (expected === 'datetime') assert.ok(actual instanceof Date, at);
    else if (expected === 'starting-sequence-number') assert.match(String(actual), /^\d{21}/, at);
    else assert.match(String(actual), pattern(expected), at);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), at);
    assert.equal(actual.length, expected.length, at);
    for (const [index, each] of expected.entries()) compare(`${at}[${index}]`, each, actual[index]);
  } else if (typeof expected === 'object' && expected !== null) {
    const names = (value: object) =>
      Object.keys(value)
        .filter((name) => !IGNORED.has(name) && value[name as never] !== undefined)
        .toSorted();
    assert.deepEqual(names(actual as object), names(expected), at);
    for (const name of names(expected)) {
      compare(`${at}.${name}`, expected[name as never], (actual as object)[name as never]);
    }
  } else {
    assert.equal(actual, expected, at);
  }
}

/** Accounts and what stands in angle brackets differ. */
function pattern(text: string): RegExp {
  const parts = text.split(/<[^<>]*>/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+').replaceAll('111111111111', '\\d{12}')}$`);
}

/** As boto3 shows an error. */
export async function botoError(operation: string, sent: Promise<unknown>): Promise<string> {
  const error: unknown = await sent.then(
    () => assert.fail('not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return `An error occurred (${error.name}) when calling the ${operation} operation: ${error.message}`;
}
