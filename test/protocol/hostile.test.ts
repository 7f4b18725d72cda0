/** Whatever bytes come: an input, or an error that is the client's. Never another exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import { apigatewayv2 } from '../../packages/brume/src/model/generated/apigatewayv2.ts';
import { dynamodb } from '../../packages/brume/src/model/generated/dynamodb.ts';
import { lambda } from '../../packages/brume/src/model/generated/lambda.ts';
import { logs } from '../../packages/brume/src/model/generated/logs.ts';
import { sts } from '../../packages/brume/src/model/generated/sts.ts';
import type {
  OperationModel,
  ProtocolName,
  ServiceModel,
} from '../../packages/brume/src/model/shapes.ts';
import { createProtocol } from '../../packages/brume/src/protocol/compile.ts';
import type { Protocol } from '../../packages/brume/src/protocol/protocol.ts';
import { encoderCompiler } from '../../packages/brume/src/protocol/json-encode.ts';
import { ShapeTable } from '../../packages/brume/src/protocol/shape-table.ts';
import { validationError } from '../../packages/brume/src/protocol/validation-message.ts';
import { httpRequest } from '../support/raw-request.ts';
import { ValueGenerator } from './generate-values.ts';

const SEED = Number(process.env['BRUME_TEST_SEED'] ?? 20261122);
const RUNS = process.env['BRUME_TEST_LONG'] ? 20_000 : 400;
/** Nothing here may hang; the whole file takes seconds. */
const options = { timeout: 120_000 };

interface Target {
  readonly model: ServiceModel;
  readonly name: ProtocolName;
  readonly operation: OperationModel;
}

function target(model: ServiceModel, operationName: string, name?: ProtocolName): Target {
  const operation = model.operations[operationName];
  assert(operation);
  return { model, operation, name: name ?? model.metadata.protocol };
}

/** One operation with recursive, mapped, bound and streamed members for every protocol. */
const TARGETS: readonly Target[] = [
  target(dynamodb, 'PutItem'),
  target(dynamodb, 'BatchWriteItem'),
  target(logs, 'PutLogEvents'),
  target(lambda, 'CreateFunction'),
  target(lambda, 'UpdateFunctionConfiguration'),
  target(apigatewayv2, 'CreateApi'),
  target(sts, 'AssumeRole'),
  target(dynamodb, 'PutItem', 'smithy-rpc-v2-cbor'),
  target(dynamodb, 'TransactWriteItems', 'rest-xml'),
  target(dynamodb, 'PutItem', 'query'),
];

const protocols = new Map<string, Protocol>();

function protocolOf(model: ServiceModel, name: ProtocolName): Protocol {
  const key = `${model.metadata.serviceId} ${name}`;
  let protocol = protocols.get(key);
  if (!protocol) protocols.set(key, (protocol = createProtocol(model, name)));
  return protocol;
}

/** Decodes and validates; returns the input, or the error where it is one of the client's. */
function receive({ model, name, operation }: Target, body: Buffer, path = ''): unknown {
  const protocol = protocolOf(model, name);
  const labels = new Map<string, string>();
  for (const [, label] of operation.http.requestUri.matchAll(/\{(\w+)\}/g)) {
    labels.set(label as string, path || 'x');
  }
  const match = { operation, labels, streamsInput: false };
  const request = httpRequest({ method: operation.http.method, target: `/${path}` });
  try {
    const input = protocol.decode(match, request, body);
    const violations = protocol.validate(match, input);
    return violations.length > 0 ? validationError(model, operation, violations) : input;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error;
  } finally {
    assert.deepEqual(Object.keys(Object.prototype), []);
  }
}

function refused({ status = 400 }: AwsError): boolean {
  return status >= 400 && status < 500;
}

function assertHarmless(outcome: unknown): void {
  assert(!(outcome instanceof AwsError) || refused(outcome), 'not the client’s error');
}

const DEEP = 100_000;
const FIXED: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'a null byte': Buffer.of(0),
  'invalid UTF-8': Buffer.from('{"TableName":"\xff\xfe"}', 'latin1'),
  'an overlong form': Buffer.concat([
    Buffer.from('{"a":"'),
    Buffer.of(0xc0, 0x80),
    Buffer.from('"}'),
  ]),
  'a lone surrogate': Buffer.from('{"TableName":"\\ud800"}'),
  'a byte order mark': Buffer.from('\ufeff{}'),
  'deep lists': Buffer.from('['.repeat(DEEP)),
  'deep closed lists': Buffer.from('['.repeat(DEEP) + ']'.repeat(DEEP)),
  'deep unknown members': Buffer.from(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
  'deep known members': Buffer.from(
    `{"Item":{"a":${'{"M":{"a":'.repeat(DEEP)}{}${'}}'.repeat(DEEP)}}}`,
  ),
  'deep XML': Buffer.from('<a>'.repeat(DEEP)),
  'deep closed XML': Buffer.from('<a>'.repeat(DEEP) + '</a>'.repeat(DEEP)),
  'a billion laughs': Buffer.from('<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "x">]><a>&b;</a>'),
  'an external entity': Buffer.from('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
  'deep CBOR': Buffer.alloc(DEEP, 0x81),
  'a lying CBOR length': Buffer.from('9bffffffffffffffff', 'hex'),
  'a lying CBOR string': Buffer.from('7b7fffffffffffffff', 'hex'),
  'a deep form': Buffer.from(`Action=AssumeRole&Tags${'.member.1'.repeat(DEEP)}=x`),
  'many parameters': Buffer.from('a=b&'.repeat(DEEP)),
  'a broken escape': Buffer.from('Action=AssumeRole&RoleArn=%zz'),
  'escapes that are not UTF-8': Buffer.from('Action=AssumeRole&RoleArn=%ff%fe'),
  'a huge number': Buffer.from(`{"Timeout":1${'0'.repeat(400)},"MemorySize":1e999}`),
  'duplicate keys': Buffer.from('{"TableName":1,"TableName":"a","Item":1,"Item":{}}'),
  'a prototype': Buffer.from('{"__proto__":{"polluted":1},"Item":{"__proto__":{"S":"x"}}}'),
  'a constructor': Buffer.from('{"constructor":{"prototype":{"polluted":1}},"toString":1}'),
};

for (const [name, body] of Object.entries(FIXED)) {
  test(`${name}: every protocol reads it or refuses it`, options, () => {
    for (const each of TARGETS) assertHarmless(receive(each, body));
  });
}

test('what is nested beyond the limit is refused, however small the stack', () => {
  const places: readonly (readonly [Target, (depth: number) => string])[] = [
    [
      target(dynamodb, 'PutItem'),
      (depth) => `{"Item":{"a":${'{"M":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}}}`,
    ],
    [
      target(dynamodb, 'PutItem'),
      (depth) => `{"Item":{"a":${'{"L":['.repeat(depth)}{}${']}'.repeat(depth)}}}`,
    ],
    [
      target(dynamodb, 'TransactWriteItems', 'rest-xml'),
      (depth) => '<a>'.repeat(depth) + '</a>'.repeat(depth),
    ],
    [
      target(dynamodb, 'PutItem', 'smithy-rpc-v2-cbor'),
      (depth) => Buffer.alloc(depth, 0x81).toString('latin1') + '\u0001',
    ],
  ];
  const tooDeep = /nested too deeply|not well-formed/;
  for (const [each, bodyOf] of places) {
    const deep = receive(each, Buffer.from(bodyOf(250), 'latin1'));
    assert(deep instanceof AwsError && tooDeep.test(deep.message), each.name);
    const shallow = receive(each, Buffer.from(bodyOf(20), 'latin1'));
    assert(!(shallow instanceof AwsError && tooDeep.test(shallow.message)), each.name);
  }
});

test('a large body of brackets is refused unparsed, and brackets in strings are only text', () => {
  const put = target(dynamodb, 'PutItem');
  const deep = receive(put, Buffer.from(`{"x":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`));
  assert(deep instanceof AwsError && /nested too deeply/.test(deep.message));
  const text = `\\"${'[{'.repeat(DEEP)}`;
  const item = { a: { S: text } };
  const input = receive(put, Buffer.from(JSON.stringify({ TableName: 'things', Item: item })));
  assert.deepEqual(input, { TableName: 'things', Item: item });
});

test('labels that are not well escaped are the client’s error', () => {
  for (const path of ['%', '%zz', '%ff', '%c0%80', '%00']) {
    assertHarmless(receive(target(lambda, 'UpdateFunctionConfiguration'), Buffer.from('{}'), path));
  }
});

test(`random bytes are read or refused (seed ${SEED})`, options, () => {
  for (const each of TARGETS) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assertHarmless(receive(each, Buffer.from(bytes)));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  }
});

const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  'x',
  [],
  [null],
  [[]],
  {},
  { S: 'x' },
  { ['__type']: 'x' },
  JSON.parse('{"__proto__":{"S":1}}'),
  JSON.parse('{"constructor":"x"}'),
];

/** Every place in a JSON value, as functions that put another value there. */
function* replacements(value: unknown): Generator<(put: unknown) => unknown> {
  yield (put) => put;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const replace of replacements(inner)) {
      yield (put) => {
        const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
        copy[key] = replace(put);
        return copy;
      };
    }
  }
}

for (const model of [dynamodb, lambda, apigatewayv2, logs]) {
  test(
    `${model.metadata.serviceId}: a wrong value at any member is read or refused`,
    options,
    () => {
      const generator = new ValueGenerator(model, 'all', SEED);
      const encoder = encoderCompiler(new ShapeTable(model));
      let refusals = 0;
      for (const operation of Object.values(model.operations)) {
        const { input } = operation;
        if (!input || Object.values(model.shapes[input.shape]?.members ?? {}).length === 0)
          continue;
        const text = encoder(input)(generator.value(input));
        const places = [...replacements(JSON.parse(text))].slice(0, RUNS);
        for (const [index, replace] of places.entries()) {
          const wrong = WRONG_VALUES[index % WRONG_VALUES.length];
          const body = Buffer.from(JSON.stringify(replace(wrong)) ?? '');
          const outcome = receive(target(model, operation.name), body);
          assertHarmless(outcome);
          if (outcome instanceof AwsError) refusals += 1;
        }
      }
      assert(refusals > 0);
    },
  );
}

test(`truncated and altered bodies are read or refused (seed ${SEED})`, options, () => {
  const bodies: readonly (readonly [Target, Buffer])[] = TARGETS.map((each) => [
    each,
    wellFormed(each),
  ]);
  for (const [each, body] of bodies) {
    const at = fc.nat(Math.max(body.length - 1, 0));
    fc.assert(
      fc.property(at, at, fc.nat(255), fc.boolean(), (cut, place, byte, truncates) => {
        const altered = Buffer.from(body.subarray(0, truncates ? cut : body.length));
        if (altered.length > 0) altered[place % altered.length] = byte;
        assertHarmless(receive(each, altered));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  }
});

/** A body of the target's protocol with every member in it. */
function wellFormed({ model, name, operation }: Target): Buffer {
  const { input } = operation;
  assert(input);
  const value = new ValueGenerator(model, 'all', SEED).value(input);
  if (name === 'query') return Buffer.from(`Action=${operation.name}&${formOf(value)}`);
  const asOutput = { ...operation, output: input };
  const match = { operation: asOutput, labels: new Map(), streamsInput: false };
  const answering = { ...model, operations: { [operation.name]: asOutput } };
  const { body } = createProtocol(answering, name).encode(match, value, 'request');
  assert(typeof body === 'string' || body instanceof Uint8Array);
  return Buffer.from(body);
}

function formOf(value: unknown, prefix = ''): string {
  if (typeof value !== 'object' || value === null) {
    return `${prefix}=${encodeURIComponent(String(value).toWellFormed())}`;
  }
  const join = (name: string) => (prefix === '' ? name : `${prefix}.${name}`);
  return Array.isArray(value)
    ? value.map((each, index) => formOf(each, join(`member.${index + 1}`))).join('&')
    : Object.entries(value)
        .map(([name, each]) => formOf(each, join(name)))
        .join('&');
}

test('names of the prototype are only names: they come back as they went in', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const item = Object.fromEntries(names.map((name) => [name, { S: name }]));
  const { operation } = target(dynamodb, 'PutItem');
  const text = JSON.stringify({ TableName: 'things', Item: item });
  const input = receive(target(dynamodb, 'PutItem'), Buffer.from(text)) as { Item: typeof item };
  assert.deepEqual(Object.keys(input.Item), names);
  const protocol = createProtocol(dynamodb, 'json');
  const match = { operation, labels: new Map(), streamsInput: false };
  const { body } = protocol.encode(match, { Attributes: input.Item }, 'request');
  assert.equal(body, JSON.stringify({ Attributes: item }));
});
