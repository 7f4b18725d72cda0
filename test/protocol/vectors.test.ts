/**
 * botocore's protocol vectors (from Smithy's), read from the server's side: what a client must send is
 * what we must understand, and what a client must understand is what we must send.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type {
  OperationModel,
  ProtocolName,
  ServiceMetadata,
  Shape,
  ShapeReference,
} from '../../packages/brume/src/model/shapes.ts';
import { readCbor } from '../../packages/brume/src/protocol/cbor-read.ts';
import { createProtocol } from '../../packages/brume/src/protocol/compile.ts';
import { parseXml, type XmlElement } from '../../packages/brume/src/protocol/xml/parse.ts';
import { httpRequest } from '../support/raw-request.ts';
import { notForServers } from './vectors-not-for-servers.ts';

const DIRECTORY = path.join(import.meta.dirname, '../../../shared/vectors/protocols');

interface Suite {
  readonly metadata: ServiceMetadata;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly cases: readonly Case[];
}

interface Case {
  readonly id: string;
  readonly given: OperationModel;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: Record<string, unknown>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly serialized?: {
    readonly method?: string;
    readonly uri?: string;
    readonly body?: string;
    readonly headers?: Record<string, string>;
  };
  readonly response?: {
    readonly status_code: number;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
}

const FILES = ['json_1_0', 'json', 'rest-json', 'rest-xml', 'query', 'smithy-rpc-v2-cbor'];
const COUNTS = { input: 335, output: 332 };

for (const direction of ['input', 'output'] as const) {
  test(`every ${direction} vector agrees, or says why it cannot`, async (t) => {
    if (!existsSync(DIRECTORY)) return t.skip('../shared/vectors is not here');
    let count = 0;
    for (const file of FILES) {
      const suites = JSON.parse(
        readFileSync(path.join(DIRECTORY, `${file}-${direction}.json`), 'utf8'),
      ) as Suite[];
      for (const suite of suites) {
        for (const each of suite.cases) {
          count += 1;
          const reason = notForServers.get(each.id);
          await t.test(`${file}: ${each.id}`, { skip: reason ?? false }, () =>
            direction === 'input' ? checkInput(suite, each) : checkOutput(suite, each),
          );
        }
      }
    }
    assert.equal(count, COUNTS[direction]);
    return undefined;
  });
}

function protocolOf({ metadata, shapes }: Suite, operation: OperationModel) {
  const model = { metadata, shapes, operations: { [operation.name]: operation } };
  return createProtocol(model, metadata.protocol);
}

function checkInput(suite: Suite, { given, params, serialized = {} }: Case): void {
  const protocol = protocolOf(suite, given);
  const isCbor = protocol.name === 'smithy-rpc-v2-cbor';
  const body = Buffer.from(serialized.body ?? '', isCbor ? 'base64' : 'utf8');
  const headers = Object.entries(serialized.headers ?? {});
  // Two 1.0 suites leave out the header that names the operation.
  if (protocol.name === 'json' && !headers.some(([name]) => /^x-amz-target$/i.test(name))) {
    headers.push(['X-Amz-Target', `${suite.metadata.targetPrefix}.${given.name}`]);
  }
  const request = httpRequest({
    method: serialized.method ?? 'POST',
    target: serialized.uri ?? '/',
    headers,
    body,
  });
  const match = protocol.match(request, body);
  assert.equal(match?.operation.name, given.name);
  const decoded = protocol.decode(match, request, body);
  const shapes = new Normaliser(suite.shapes);
  const expected = shapes.value(given.input, params ?? {});
  assert.deepEqual(shapes.value(given.input, decoded), expected);
}

const REQUEST_ID = 'the-request-id';
/** The listener counts the body; one suite asks for a request's header in its responses. */
const NOT_THE_PROTOCOLS = new Set(['content-length', 'x-amz-target', 'x-amzn-requestid']);

function checkOutput(suite: Suite, vector: Case): void {
  const { given, result, error, errorCode, response } = vector;
  assert(response);
  const protocol = protocolOf(suite, given);
  const match = { operation: given, labels: new Map(), streamsInput: false };
  const shapes = new Normaliser(suite.shapes);
  const answer =
    errorCode === undefined
      ? protocol.encode(match, shapes.native(given.output, result), REQUEST_ID)
      : protocol.encodeError(awsError(suite, vector), match, REQUEST_ID);
  assert.equal(answer.status, response.status_code);
  const headers = new Map(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    if (NOT_THE_PROTOCOLS.has(name.toLowerCase())) continue;
    assert.equal(headers.get(name.toLowerCase()), value, name);
  }
  // A vector without a body asserts nothing about it.
  if (response.body === undefined) return;
  assert(typeof answer.body === 'string' || Buffer.isBuffer(answer.body));
  const sent = Buffer.from(answer.body);
  const isCbor = protocol.name === 'smithy-rpc-v2-cbor';
  const wanted = Buffer.from(response.body, isCbor ? 'base64' : 'utf8');
  const isError = error !== undefined || errorCode !== undefined;
  assert.deepEqual(
    comparable(sent, protocol.name, isError),
    comparable(wanted, protocol.name, isError),
  );
}

function awsError({ shapes }: Suite, { error = {}, errorCode = '', errorMessage }: Case): AwsError {
  const name = Object.keys(shapes).find(
    (each) => each === errorCode || shapes[each]?.error?.code === errorCode,
  );
  const { Message, message, ...fields } = error;
  return new AwsError({
    code: name ?? errorCode,
    message: errorMessage ?? ((Message ?? message ?? '') as string),
    fields,
  });
}

/** A body without what two equal ones may differ in. */
function comparable(body: Buffer, protocol: ProtocolName, isError: boolean): unknown {
  if (body.length === 0) return {};
  const text = body.toString();
  switch (protocol) {
    case 'rest-xml':
    case 'query':
      return /^\s*</.test(text) ? comparableXml(parseXml(text), 0, isError) : text;
    case 'smithy-rpc-v2-cbor':
      return withoutType(readCbor(body));
    default:
      try {
        return withoutType(JSON.parse(text));
      } catch {
        return text;
      }
  }
}

function withoutType(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { __type, ...rest } = value as Record<string, unknown>;
  void __type;
  return rest;
}

/** Root names are not compared: no client looks at them. Nor are request ids and error types. */
function comparableXml(element: XmlElement, depth: number, isError: boolean): unknown {
  const children = element.children
    .filter(({ name }) => !['RequestId', 'requestId', 'ResponseMetadata'].includes(name))
    .filter(({ name }) => !(isError && name === 'Type'))
    .filter((child) => !(depth === 1 && isError && child.name === 'Message' && child.text === ''))
    .map((child) => comparableXml(child, depth + 1, isError));
  return {
    name: depth === 0 ? '' : element.name,
    attributes: Object.fromEntries(
      [...element.attributes].filter(([name]) => !name.startsWith('xmlns')),
    ),
    children: children.sort((left, right) =>
      JSON.stringify(left) < JSON.stringify(right) ? -1 : 1,
    ),
    text: children.length > 0 || /^\n\s*$/.test(element.text) ? '' : element.text,
  };
}

/** Brings the vectors' values (times in seconds, blobs as text) and ours to one form. */
class Normaliser {
  readonly #shapes: Readonly<Record<string, Shape>>;

  constructor(shapes: Readonly<Record<string, Shape>>) {
    this.#shapes = shapes;
  }

  #shape(reference: ShapeReference): Shape {
    return this.#shapes[reference.shape] as Shape;
  }

  /** For comparison: dates as seconds, blobs as text, nothing undefined or null. */
  value(reference: ShapeReference | undefined, value: unknown): unknown {
    return this.#walk(reference, value, (shape, leaf) => {
      if (leaf instanceof Date) return leaf.getTime() / 1000;
      if (leaf instanceof Uint8Array) return Buffer.from(leaf).toString();
      if (/float|double/.test(shape.type) && typeof leaf === 'string') return Number(leaf);
      return leaf;
    });
  }

  /** As a service gives it: Date and Uint8Array. */
  native(reference: ShapeReference | undefined, value: unknown): unknown {
    return this.#walk(reference, value, (shape, leaf) => {
      if (shape.type === 'timestamp') return new Date(Number(leaf) * 1000);
      if (shape.type === 'blob') return Buffer.from(String(leaf));
      if (/float|double/.test(shape.type) && typeof leaf === 'string') return Number(leaf);
      return leaf;
    });
  }

  #walk(
    reference: ShapeReference | undefined,
    value: unknown,
    leaf: (shape: Shape, value: unknown) => unknown,
  ): unknown {
    if (!reference || value === undefined || value === null) return value ?? {};
    const shape = this.#shape(reference);
    if (shape.document || reference.jsonvalue) return value;
    const members = Object.entries(value);
    const entries = (of: (name: string) => ShapeReference | undefined) =>
      Object.fromEntries(
        members
          .filter(([, each]) => each !== undefined && each !== null)
          .map(([name, each]) => [name, this.#walk(of(name), each, leaf)]),
      );
    if (shape.type === 'structure') return entries((name) => shape.members?.[name]);
    if (shape.type === 'map') return entries(() => shape.value);
    if (shape.type === 'list') {
      return (value as unknown[])
        .filter((each) => each !== null)
        .map((each) => this.#walk(shape.member, each, leaf));
    }
    return leaf(shape, value);
  }
}
