/**
 * Every operation of every service, through its real SDK client and our protocol, in both directions,
 * and every modelled error. The SDK's schemas and our models come from AWS by different ways: where
 * they agree, both are right.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as apiGateway from '@aws-sdk/client-api-gateway';
import * as apiGatewayManagementApi from '@aws-sdk/client-apigatewaymanagementapi';
import * as apiGatewayV2 from '@aws-sdk/client-apigatewayv2';
import * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as dynamoDbStreams from '@aws-sdk/client-dynamodb-streams';
import * as lambdaSdk from '@aws-sdk/client-lambda';
import * as stsSdk from '@aws-sdk/client-sts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import { apigateway } from '../../packages/brume/src/model/generated/apigateway.ts';
import { apigatewaymanagementapi } from '../../packages/brume/src/model/generated/apigatewaymanagementapi.ts';
import { apigatewayv2 } from '../../packages/brume/src/model/generated/apigatewayv2.ts';
import { dynamodb } from '../../packages/brume/src/model/generated/dynamodb.ts';
import { dynamodbstreams } from '../../packages/brume/src/model/generated/dynamodbstreams.ts';
import { lambda } from '../../packages/brume/src/model/generated/lambda.ts';
import { logs } from '../../packages/brume/src/model/generated/logs.ts';
import { sts } from '../../packages/brume/src/model/generated/sts.ts';
import type { ServiceModel, ShapeReference } from '../../packages/brume/src/model/shapes.ts';
import { createProtocol } from '../../packages/brume/src/protocol/compile.ts';
import { type Fullness, ValueGenerator } from './generate-values.ts';
import { type Exchange, transport } from './sdk-transport.ts';

type Sdk = Readonly<Record<string, unknown>>;
type Values = Record<string, unknown>;
interface Client {
  send(command: unknown): Promise<Values>;
}

const SERVICES: readonly (readonly [ServiceModel, Sdk, clientName: string])[] = [
  [apigateway, apiGateway, 'APIGatewayClient'],
  [apigatewaymanagementapi, apiGatewayManagementApi, 'ApiGatewayManagementApiClient'],
  [apigatewayv2, apiGatewayV2, 'ApiGatewayV2Client'],
  [dynamodb, dynamoDb, 'DynamoDBClient'],
  [dynamodbstreams, dynamoDbStreams, 'DynamoDBStreamsClient'],
  [lambda, lambdaSdk, 'LambdaClient'],
  [logs, logsSdk, 'CloudWatchLogsClient'],
  [sts, stsSdk, 'STSClient'],
];

const SEED = Number(process.env['BRUME_TEST_SEED'] ?? 20261122);
const RUNS: readonly Fullness[] = process.env['BRUME_TEST_LONG']
  ? ['required', 'all', ...Array.from({ length: 30 }, () => 'some' as const)]
  : ['required', 'all', 'some'];

for (const [model, sdk, clientName] of SERVICES) {
  const { serviceId } = model.metadata;

  test(`${serviceId}: the SDK and the model know the same operations`, () => {
    const commands = Object.keys(sdk)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => name.slice(0, -'Command'.length));
    assert.deepEqual(commands.sort(), Object.keys(model.operations).sort());
  });

  for (const [run, fullness] of RUNS.entries()) {
    const seed = SEED + run;
    test(`${serviceId}: every operation round-trips with ${fullness} members (seed ${seed})`, async () => {
      const bench = new RoundTrip(
        model,
        sdk,
        clientName,
        new ValueGenerator(model, fullness, seed),
      );
      for (const name of Object.keys(model.operations)) await bench.operation(name);
    });
  }

  test(`${serviceId}: every modelled error reaches the SDK (seed ${SEED})`, async () => {
    const bench = new RoundTrip(model, sdk, clientName, new ValueGenerator(model, 'all', SEED));
    const thrown = new Map<string, string>();
    for (const { name, errors = [] } of Object.values(model.operations)) {
      for (const { shape } of errors) thrown.set(shape, name);
    }
    for (const [error, operation] of thrown) await bench.error(operation, error);
  });
}

class RoundTrip {
  readonly #model: ServiceModel;
  readonly #sdk: Sdk;
  readonly #generator: ValueGenerator;
  readonly #exchange: Exchange = { answer: undefined };
  readonly #client: Client;

  constructor(model: ServiceModel, sdk: Sdk, clientName: string, generator: ValueGenerator) {
    this.#model = model;
    this.#sdk = sdk;
    this.#generator = generator;
    const protocol = createProtocol(model, model.metadata.protocol);
    const ClientClass = sdk[clientName] as new (options: unknown) => Client;
    this.#client = new ClientClass({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
      requestHandler: transport(protocol, this.#exchange),
    });
  }

  async operation(name: string): Promise<void> {
    const { input, output } = this.#model.operations[name] ?? {};
    const given = (input ? this.#generator.value(input) : {}) as Values;
    const answer = (output ? this.#generator.value(output) : {}) as Values;
    const answered = await this.#send(name, given, this.#streamed(output, answer));
    assert.equal(this.#exchange.match?.operation.name, name);
    assert.deepEqual(this.#exchange.violations, [], name);
    const understood = this.#comparable(input, this.#exchange.input) as Values;
    const expected = this.#comparable(input, given) as Values;
    assert.deepEqual(withoutAdditions(this.#model, input, understood, expected), expected, name);
    const { $metadata, ...parsed } = answered;
    assert.equal(($metadata as { requestId: string }).requestId, 'request-1');
    const read = this.#comparable(output, await collected(parsed)) as Values;
    const sent = this.#comparable(output, answer) as Values;
    for (const unknown of UNKNOWN_TO_THE_SDK[output?.shape ?? ''] ?? []) delete sent[unknown];
    assert.deepEqual(withoutAdditions(this.#model, output, read, sent), sent, name);
  }

  async error(operationName: string, errorName: string): Promise<void> {
    const { input } = this.#model.operations[operationName] ?? {};
    const given = (input ? this.#generator.value(input) : {}) as Values;
    const reference = { shape: errorName };
    const generated = this.#generator.value(reference) as Values;
    const { message: small, Message: capital, ...fields } = generated;
    const message = (small ?? capital ?? 'what went wrong') as string;
    const error = new AwsError({ code: errorName, message, fields });
    const caught = (await this.#send(operationName, given, error).catch(
      (thrown: unknown) => thrown,
    )) as Error & Values;
    assert(caught instanceof Error, errorName);
    assert.equal(caught.message, message);
    assert.equal(caught.name, errorName);
    const shape = this.#model.shapes[errorName];
    const status = shape?.error?.httpStatusCode ?? (shape?.fault ? 500 : 400);
    assert.equal((caught['$metadata'] as { httpStatusCode: number }).httpStatusCode, status);
    const names = Object.keys(fields);
    const read = Object.fromEntries(names.map((name) => [name, caught[name]]));
    assert.deepEqual(this.#comparable(reference, read), this.#comparable(reference, fields));
  }

  async #send(name: string, given: Values, answer: unknown): Promise<Values> {
    this.#exchange.answer = answer;
    const { input } = this.#model.operations[name] ?? {};
    const Command = this.#sdk[`${name}Command`] as new (input: unknown) => unknown;
    return this.#client.send(new Command(this.#forSdk(input, given)));
  }

  /** An output whose event stream, if it has one, is a stream of its one generated event. */
  #streamed(output: ShapeReference | undefined, answer: Values): Values {
    const members = Object.entries(answer).map(([name, value]) => {
      const reference = output && this.#model.shapes[output.shape]?.members?.[name];
      const isStream = reference && this.#model.shapes[reference.shape]?.eventstream;
      return [name, isStream ? eventsOf(value) : value];
    });
    return Object.fromEntries(members) as Values;
  }

  /** Base64 text as bytes, which is how SDKs have it. */
  #forSdk(reference: ShapeReference | undefined, value: unknown): unknown {
    return this.#mapped(reference, value, (leaf, isText) =>
      isText ? Buffer.from(String(leaf), 'base64') : leaf,
    );
  }

  /** Bytes of any class as hexadecimal text, and nothing undefined. */
  #comparable(reference: ShapeReference | undefined, value: unknown): unknown {
    return this.#mapped(reference, value, (leaf, isText) => {
      if (isText && typeof leaf === 'string') return Buffer.from(leaf, 'base64').toString('hex');
      return leaf instanceof Uint8Array ? Buffer.from(leaf).toString('hex') : leaf;
    });
  }

  #mapped(
    reference: ShapeReference | undefined,
    value: unknown,
    leaf: (value: unknown, isBase64Text: boolean) => unknown,
  ): unknown {
    const shape = reference && this.#model.shapes[reference.shape];
    if (!shape || shape.document) return value;
    const inner = (of: ShapeReference | undefined, each: unknown) => this.#mapped(of, each, leaf);
    if (shape.type === 'list') return (value as unknown[]).map((each) => inner(shape.member, each));
    if (shape.type !== 'structure' && shape.type !== 'map') {
      return leaf(value, shape.base64Text === true);
    }
    const entries = Object.entries(value as Values).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      entries.map(([name, each]) => [name, inner(shape.members?.[name] ?? shape.value, each)]),
    );
  }
}

/** Members that come although nobody gave them, and why. */
function isAddition(model: ServiceModel, reference: ShapeReference, name: string, value: unknown) {
  const root = model.shapes[reference.shape];
  const member = root?.members?.[name];
  return (
    // The SDK makes up tokens.
    member?.idempotencyToken ||
    // The SDK asks API Gateway for JSON; a body always has a type; a response always has a status.
    /^(accept|content-type)$/i.test(member?.locationName ?? '') ||
    member?.location === 'statusCode' ||
    // Where the body is one member, an absent one looks like an empty one.
    (root?.payload === name && Object.keys(value ?? {}).length === 0)
  );
}

function withoutAdditions(
  model: ServiceModel,
  reference: ShapeReference | undefined,
  actual: Values,
  expected: Values,
): Values {
  const entries = Object.entries(actual).filter(([name, value]) => {
    return !reference || name in expected || !isAddition(model, reference, name, value);
  });
  return Object.fromEntries(entries);
}

/** Members that the SDK's schemas lack, by structure. */
const UNKNOWN_TO_THE_SDK: Readonly<Record<string, readonly string[]>> = {
  // API Gateway's model gives every list a position; the SDK's, where it is never answered, does not.
  SdkTypes: ['position'],
};

async function* eventsOf(event: unknown) {
  yield event;
}

/** Streams of an output, read to their end; an event stream's only event. */
async function collected(output: Values): Promise<Values> {
  const entries = Object.entries(output).map(async ([name, value]): Promise<[string, unknown]> => {
    const isStream = typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
    if (!isStream) return [name, value];
    const chunks = await arrayFrom(value as AsyncIterable<unknown>);
    return [name, chunks[0] instanceof Uint8Array ? Buffer.concat(chunks as Buffer[]) : chunks[0]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function arrayFrom(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const array: unknown[] = [];
  for await (const value of values) array.push(value);
  return array;
}
