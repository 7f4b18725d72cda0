/** The one way into a function, for the API and for other services. */
import { AwsError } from '../../../model/aws-error.ts';
import { invalidParameter, invalidPayload } from '../errors.ts';
import { findFunction, findVersion } from '../function-lookup.ts';
import { functionArn, LATEST, parseFunctionName } from '../function-name.ts';
import type { AliasRecord, VersionRecord } from '../function-record.ts';
import { CLIENT_CONTEXT_BYTES_MAX } from '../limits.ts';
import type { InvokeRequest, InvokeResult } from '../port.ts';
import type { AnswerStream } from '../runtime-api/answer-stream.ts';
import type { LambdaState } from '../state.ts';
import { destinationEvents, logDeadLetter } from './destinations.ts';
import type { Attempt, Ending, EventSettings, QueuedEvent } from './event-queue.ts';

import { authorizeSource } from './authorize-source.ts';
import { checkPayload } from './payload.ts';
import { runVersion } from './run-version.ts';
import { notDurable, startDurable } from './start-durable.ts';

/** With a `stream` an answer that the function streams goes there, and has no payload in the result. */
export async function invokeFunction(
  state: LambdaState,
  request: InvokeRequest,
  stream?: AnswerStream,
): Promise<InvokeResult> {
  const reference = parseFunctionName(request.functionName, request.qualifier, request);
  const isEvent = request.invocationType === 'Event';
  const payload = checkPayload(request.payload, isEvent);
  const clientContext = decodeClientContext(request.clientContext);
  if (request.source) await authorizeSource(state, reference, request.source);
  // What is not there is told with `:$LATEST` where no qualifier was said (recorded 2025-11-25).
  const asked = { ...reference, qualifier: reference.qualifier ?? LATEST };
  const { record, version } = await findVersion(state, asked, (alias) =>
    chooseVersion(alias, state.environment.random.fraction()),
  );
  checkTenant(version, request.tenantId);
  if (request.invocationType === 'DryRun') return handedOver(204);
  if (version.settings.DurableConfig) {
    return startDurable(state, request, { reference, record, version, payload });
  }
  if (request.durableExecutionName !== undefined) throw notDurable(record.name);
  const requestId = request.requestId ?? state.environment.random.uuid();
  if (isEvent) {
    const { functionName, qualifier, accountId, region, traceId, tenantId } = request;
    const event = { functionName, qualifier, accountId, region, traceId, requestId, tenantId };
    const text = Buffer.from(payload).toString('base64');
    await state.events.add({ ...event, payload: text, clientContext: request.clientContext });
    return handedOver(202);
  }
  if (stream) stream.executedVersion = version.version;
  return runVersion(
    state,
    { record, version },
    {
      requestId,
      payload,
      invokedFunctionArn: functionArn(reference, reference.qualifier),
      traceId: request.traceId,
      clientContext,
      tenantId: request.tenantId,
      sink: stream,
    },
  );
}

/** Not in the recordings: texts as AWS's users quote them. */
function checkTenant({ settings }: VersionRecord, tenantId: string | undefined): void {
  const isApart = settings.TenancyConfig !== undefined;
  if (isApart === (tenantId !== undefined)) return;
  throw invalidParameter(
    isApart
      ? 'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.'
      : 'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.',
  );
}

/** Runs an event of the queue once. */
export async function invokeEvent(state: LambdaState, event: QueuedEvent): Promise<Attempt> {
  const payload = Buffer.from(event.payload, 'base64');
  try {
    const answer = await invokeFunction(state, { ...event, payload });
    return { type: 'answered', answer };
  } catch (error) {
    return refusedAttempt(error, await reservedConcurrency(state, event));
  }
}

/** Only what may pass is tried again. */
function refusedAttempt(error: unknown, reserved: number | undefined): Attempt {
  if (!(error instanceof AwsError)) return { type: 'delayed' };
  if (error.code === 'RecursiveInvocationException') {
    return { type: 'impossible', condition: 'RecursiveInvocation' };
  }
  if (error.code !== 'TooManyRequestsException') {
    return { type: 'impossible', condition: 'InvocationImpossible' };
  }
  return reserved === 0
    ? { type: 'impossible', condition: 'ZeroReservedConcurrency' }
    : { type: 'delayed' };
}

async function reservedConcurrency({ store }: LambdaState, event: QueuedEvent) {
  const reference = parseFunctionName(event.functionName, event.qualifier, event);
  const record = await findFunction(store, reference).catch(() => undefined);
  return record?.reservedConcurrency;
}

/** What is left of an event that is over. */
export async function concludeEvent(
  state: LambdaState,
  event: QueuedEvent,
  ending: Ending,
  settings: EventSettings,
): Promise<readonly QueuedEvent[]> {
  const { clock, random } = state.environment;
  if (ending.condition !== 'Success') {
    const reference = parseFunctionName(event.functionName, event.qualifier, event);
    // A function that is gone has no dead-letter queue any more.
    const found = await findVersion(state, reference).catch(() => undefined);
    if (found) logDeadLetter(state.log, event, found.version, ending);
  }
  const host = { log: state.log, nowMs: () => clock.nowMs(), newId: () => random.uuid() };
  return destinationEvents(host, event, ending, settings);
}

function handedOver(statusCode: number): InvokeResult {
  const payload = Buffer.alloc(0);
  return { statusCode, payload, functionError: undefined, executedVersion: '', logTail: '' };
}

/** An alias with two versions chooses for each invocation anew. */
function chooseVersion({ version, additional }: AliasRecord, fraction: number): string {
  return additional !== undefined && fraction < additional.weight ? additional.version : version;
}

/** JSON in ASCII, fit for a header of the Runtime API. */
function decodeClientContext(base64: string | undefined): string | undefined {
  if (base64 === undefined || base64 === '') return undefined;
  if (base64.length > CLIENT_CONTEXT_BYTES_MAX) {
    throw invalidPayload(`Client context must not exceed ${CLIENT_CONTEXT_BYTES_MAX} bytes`);
  }
  try {
    const context: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    if (typeof context !== 'object' || context === null) throw new Error('no object');
    return JSON.stringify(context).replaceAll(/[^\x20-\x7e]/g, escapeCharacter);
  } catch {
    // Not in the recordings; text as AWS's users quote it.
    throw invalidPayload('Client context must be a valid Base64-encoded JSON object.');
  }
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
