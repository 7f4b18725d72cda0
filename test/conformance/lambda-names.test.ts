/**
 * Names and qualifiers of functions that are wrong: what AWS answered (recorded 2025-11-25), against
 * what Brume answers. The recordings do not have the requests; the errors quote the values.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Brume } from '../../packages/brume/src/brume.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

interface RecordedError {
  readonly Code: string;
  /** Of a ValidationException: one text per violation. */
  readonly Errors?: readonly string[];
  /** Of all others. */
  readonly Message?: string;
}

/** Requests whose errors do not quote them, by the case's name. */
const UNQUOTED: Readonly<Record<string, { FunctionName: string; Qualifier?: string }>> = {
  function_name_too_long: { FunctionName: 'a'.repeat(65) },
  qualifier_too_long1: { FunctionName: 'my-function', Qualifier: 'a'.repeat(64) },
  incomplete_arn: { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function' },
  latest_version_with_additional_qualifier: {
    FunctionName: 'my-function:$LATEST',
    Qualifier: '1',
  },
  lowercase_latest_qualifier: { FunctionName: 'my-function', Qualifier: '$latest' },
  function_name_and_qualifier_too_long: {
    FunctionName: 'a'.repeat(65),
    Qualifier: 'a'.repeat(64),
  },
};

const file = path.join(import.meta.dirname, '../../../shared/recorded/lambda/lambda_api.json');
const skip = existsSync(file) ? false : '../shared/recorded is not there';
const PREFIX = 'TestLambdaFunction::test_function_name_and_qualifier_validation';

function recordings(): [string, RecordedError][] {
  if (skip) return [];
  const all: Record<string, { 'recorded-content': Record<string, RecordedError> }> = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return Object.entries(all)
    .filter(([name]) => name.startsWith(PREFIX))
    .flatMap(([name, recording]) =>
      Object.values(recording['recorded-content']).map((error): [string, RecordedError] => [
        name.slice(PREFIX.length),
        error,
      ]),
    );
}

/** Puts values in the place of what the recorder has replaced. */
function restored(text: string): string {
  return text
    .replaceAll('<partition>', 'aws')
    .replaceAll('<region>', 'us-east-1')
    .replaceAll('111111111111', '000000000000')
    .replaceAll(/<a:len\((\d+)\)>/g, (_, length) => 'a'.repeat(Number(length)));
}

/** The request that AWS quotes: `Value 'x' at 'functionName' …`. */
function requestOf(errors: readonly string[]) {
  const quoted = new Map(
    errors.map((text) => {
      const [, value = '', member = ''] = /^Value '(.*)' at '(\w+)'/.exec(text) ?? [];
      return [member, value];
    }),
  );
  return {
    FunctionName: quoted.get('functionName') ?? 'my-function',
    Qualifier: quoted.get('qualifier'),
  };
}

let brume: Brume;
let client: LambdaClient;

before(async () => {
  brume = await createBrume({ memory: true });
  client = new LambdaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: brume.requestHandler,
    maxAttempts: 1,
  });
});

after(() => brume.close());

function send(operation: string, request: ReturnType<typeof requestOf>): Promise<unknown> {
  if (operation === 'create_function') {
    const Code = { ZipFile: zipFiles({ 'index.py': '' }) };
    const Role = 'arn:aws:iam::000000000000:role/r';
    const settings = { Code, Role, Runtime: 'python3.12', Handler: 'index.h' } as const;
    const { FunctionName } = request;
    return client.send(new CreateFunctionCommand({ FunctionName, ...settings }));
  }
  if (operation === 'get_function') return client.send(new GetFunctionCommand(request));
  if (operation === 'delete_function') return client.send(new DeleteFunctionCommand(request));
  return client.send(new InvokeCommand(request));
}

test('the recordings are read', { skip }, () => {
  assert.ok(recordings().length > 30);
});

for (const [name, recorded] of recordings()) {
  const { Errors, Message } = recorded;
  if (Message === undefined) continue;
  test(`AWS and Brume agree on ${name}`, async () => {
    const [, kind = '', operation = ''] = /^\[(\w+)-(\w+)\]$/.exec(name) ?? [];
    const request = UNQUOTED[kind];
    assert.ok(request && !Errors, name);
    await assert.rejects(send(operation, { Qualifier: undefined, ...request }), {
      name: recorded.Code,
      message: restored(Message),
    });
  });
}

for (const [name, recorded] of recordings()) {
  if (recorded.Errors === undefined) continue;
  test(`AWS and Brume agree on ${name}`, async () => {
    const errors = (recorded.Errors ?? []).map(restored);
    const operation = /-(\w+)\]$/.exec(name)?.[1] ?? '';
    const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
    await assert.rejects(send(operation, requestOf(errors)), (error: Error) => {
      assert.equal(error.name, recorded.Code);
      const [, start, violations = ''] =
        /^(\d+ validation errors?) detected: (.*)$/.exec(error.message) ?? [];
      assert.equal(start, count);
      // The order among members is not AWS's own either: the recorder has sorted it.
      assert.deepEqual(violations.split('; ').toSorted(), errors.toSorted());
      return true;
    });
  });
}
