/**
 * The way of an AWS request, as one list. A step fills in its part of the exchange or throws; whatever
 * is thrown leaves by `answerError`, the only place where errors are encoded.
 */
import { credentialScope } from '../auth/credential-scope.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import { AwsError } from '../model/aws-error.ts';
import type { Logger } from '../telemetry/log.ts';
import { validationError } from '../protocol/validation-message.ts';
import { bodyTooLarge, internalFailure, unidentified, unknownOperation } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { identify } from './identify.ts';
import type { Identified } from './identify.ts';
import { OperationContext } from './operation-context.ts';
import { gunzipWithin } from './compression.ts';
import type { ServiceRegistry } from './service-registry.ts';
import { BodyTooLargeError, TruncatedBodyError } from '../http/message.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';

export interface Pipeline {
  readonly registry: ServiceRegistry;
  readonly authenticator: Authenticator;
  readonly defaultRegion: string;
  /** Throws for a request that must not be served at all. */
  readonly guard: (request: HttpRequest) => void;
  readonly log: Logger;
}

type Step = (pipeline: Pipeline, exchange: Exchange) => void | Promise<void>;

const STEPS: readonly Step[] = [
  guard,
  identifyService,
  receive,
  authenticate,
  decompress,
  matchOperation,
  decode,
  validate,
  execute,
];

/** Answers one request. Never rejects. */
export async function run(pipeline: Pipeline, exchange: Exchange): Promise<HttpResponse> {
  try {
    for (const step of STEPS) {
      const pending = step(pipeline, exchange);
      if (pending) await pending;
    }
    return exchange.protocol!.encode(exchange.match!, exchange.output, exchange.requestId);
  } catch (thrown) {
    return answerError(pipeline, exchange, thrown);
  }
}

function guard(pipeline: Pipeline, exchange: Exchange) {
  pipeline.guard(exchange.request);
}

function identifyService({ registry, defaultRegion }: Pipeline, exchange: Exchange) {
  const { request } = exchange;
  const scope = credentialScope(request);
  exchange.region = scope?.region ?? defaultRegion;
  const found = identify(registry, request, scope?.service);
  return found instanceof Promise
    ? found.then((later) => setIdentified(exchange, later))
    : setIdentified(exchange, found);
}

function setIdentified(exchange: Exchange, found: Identified | undefined) {
  if (!found) throw unidentified(exchange.request);
  exchange.target = found.target;
  exchange.requestId = found.target.entry.requestIdOf?.(exchange.requestId) ?? exchange.requestId;
  exchange.protocol = found.protocol;
  exchange.match = found.match;
}

async function receive(_: Pipeline, exchange: Exchange) {
  const { request, match, target } = identified(exchange);
  exchange.body = match?.streamsInput
    ? request.body.stream()
    : await request.body.bytes(target.entry.bodyBytesMax);
}

function authenticate({ authenticator }: Pipeline, exchange: Exchange) {
  const { request, target, protocol, body } = identified(exchange);
  const identity = authenticator.authenticate(request, {
    service: target.entry.signingName,
    region: exchange.region,
    protocol: protocol.name,
    body: Buffer.isBuffer(body) ? body : undefined,
  });
  exchange.caller = identity.caller;
  exchange.accountId = identity.accountId;
  if (body && !Buffer.isBuffer(body)) exchange.body = identity.readBody(body);
}

/** After authentication: what is signed is the body as it was sent. */
function decompress(_: Pipeline, exchange: Exchange) {
  const { request, target, body } = identified(exchange);
  if (request.headers.get('content-encoding') !== 'gzip' || !Buffer.isBuffer(body))
    return undefined;
  return gunzipWithin(target.entry.bodyBytesMax, body).then((whole) => {
    exchange.body = whole;
  });
}

function matchOperation(_: Pipeline, exchange: Exchange) {
  const { request, protocol, body } = identified(exchange);
  exchange.match ??= protocol.match(request, Buffer.isBuffer(body) ? body : undefined);
  if (!exchange.match) throw unknownOperation(protocol.name, request);
}

function decode(_: Pipeline, exchange: Exchange) {
  const { protocol, match, request, body } = matched(exchange);
  exchange.input = protocol.decode(match, request, body);
}

function validate(_: Pipeline, exchange: Exchange) {
  const { protocol, match, target } = matched(exchange);
  const violations = protocol.validate(match, exchange.input);
  if (violations.length === 0) return;
  const { service } = target;
  throw (
    service.invalidInput?.(match.operation.name, violations) ??
    validationError(service.model, match.operation, violations)
  );
}

async function execute(_: Pipeline, exchange: Exchange) {
  const { target, match } = matched(exchange);
  const context = new OperationContext(exchange);
  exchange.output = await target.service.execute(match.operation.name, exchange.input, context);
}

function answerError({ log }: Pipeline, exchange: Exchange, thrown: unknown): HttpResponse {
  const error = asAwsError(thrown, exchange, log);
  exchange.error = error;
  return exchange.protocol
    ? exchange.protocol.encodeError(error, exchange.match, exchange.requestId)
    : unaddressed(error, exchange.requestId);
}

/** What is not ours to blame on the caller is a defect: logged whole, answered without details. */
function asAwsError(thrown: unknown, exchange: Exchange, log: Logger): AwsError {
  if (thrown instanceof AwsError) return thrown;
  if (thrown instanceof BodyTooLargeError) return bodyTooLarge(exchange);
  if (thrown instanceof TruncatedBodyError) {
    return new AwsError({ code: 'IncompleteBody', message: 'The request body ended early.' });
  }
  log.log('error', 'A request failed by a defect of Brume', {
    requestId: exchange.requestId,
    service: exchange.target?.entry.name,
    operation: exchange.match?.operation.name,
    error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
  return internalFailure();
}

/** An error before any service was known has no protocol to be encoded in: JSON reads best. */
function unaddressed(error: AwsError, requestId: string): HttpResponse {
  return {
    status: error.status ?? 400,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

function identified(exchange: Exchange) {
  const { target, protocol, body, match, request } = exchange;
  if (!target || !protocol) throw new Error('a step ran before the service was identified');
  return { target, protocol, body, match, request };
}

function matched(exchange: Exchange) {
  const { target, protocol, match, request, body } = exchange;
  if (!target || !protocol || !match || !body) {
    throw new Error('a step ran before the operation was known');
  }
  return { target, protocol, match, request, body };
}
