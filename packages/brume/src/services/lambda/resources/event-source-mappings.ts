/** Event source mappings: Create, Get, List, Update and DeleteEventSourceMapping. */
import { AwsError } from '../../../model/aws-error.ts';
import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  EventSourcePosition,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from '../../../model/generated/lambda.types.ts';
import type { Decision } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { invalidParameter, resourceConflict } from '../errors.ts';
import { isStreamArn } from '../event-sources/dynamodb-streams.ts';
import { LIST_MAPPINGS_MAX } from '../event-sources/limits.ts';
import {
  describeMapping,
  isSettled,
  mappingKey,
  mappingsRange,
  NO_RECORDS,
  pairKey,
  USER_ACTION,
  type MappingRecord,
} from '../event-sources/mapping-record.ts';
import { changeSettings, startingPositionMissing } from '../event-sources/mapping-settings.ts';
import { selfManagedRefusal, sourceRefusal } from '../event-sources/other-sources.ts';
import { mappingInUse, mappingNotFound } from '../event-sources/errors.ts';
import { findVersion } from '../function-lookup.ts';
import { functionArn, parseFunctionName } from '../function-name.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import { readFiltered } from '../paging.ts';
import type { LambdaState } from '../state.ts';
import { checkTags } from './tags.ts';

export async function createEventSourceMapping(
  state: LambdaState,
  input: CreateEventSourceMappingRequest,
  context: RequestContext,
): Promise<EventSourceMappingConfiguration> {
  const eventSourceArn = streamArnOf(input, context);
  const startingPosition = checkPosition(input.StartingPosition, eventSourceArn);
  const settings = changeSettings(input);
  checkTags(input.Tags ?? {});
  const { accountId, region } = context;
  const record: MappingRecord = {
    accountId,
    region,
    eventSourceArn,
    startingPosition,
    settings,
    functionArn: await functionArnOf(state, input.FunctionName, context),
    uuid: state.environment.random.uuid(),
    state: 'Creating',
    enabled: input.Enabled ?? true,
    after: await positionAfter(state, eventSourceArn, startingPosition),
    tags: input.Tags ?? {},
    lastModifiedMs: state.environment.clock.nowMs(),
    lastProcessingResult: NO_RECORDS,
    stateTransitionReason: USER_ACTION,
  };
  await state.store.transact([pairKey(record)], ([value]) => {
    if (value) throw mappingExists(record, decodeRecord<{ uuid: string }>(value).uuid);
    const pair = putRecord(pairKey(record), { uuid: record.uuid });
    return { writes: [pair, putRecord(mappingKey(record), record)], result: undefined };
  });
  state.eventSources.changed(record);
  return describeMapping(record);
}

export async function getEventSourceMapping(
  { store }: LambdaState,
  { UUID }: GetEventSourceMappingRequest,
  { accountId, region }: RequestContext,
): Promise<EventSourceMappingConfiguration> {
  const value = await store.get(mappingKey({ accountId, region, uuid: UUID }));
  if (!value) throw mappingNotFound();
  return describeMapping(decodeRecord<MappingRecord>(value));
}

export async function listEventSourceMappings(
  { store }: LambdaState,
  input: ListEventSourceMappingsRequest,
  context: RequestContext,
): Promise<ListEventSourceMappingsResponse> {
  const { EventSourceArn, FunctionName } = input;
  const reference = FunctionName && parseFunctionName(FunctionName, undefined, context);
  const arn = reference && functionArn(reference, reference.qualifier);
  const isListed = (record: MappingRecord) =>
    (arn === undefined || arn === '' || record.functionArn === arn) &&
    (EventSourceArn === undefined || record.eventSourceArn === EventSourceArn);
  const range = mappingsRange(context.accountId, context.region);
  const { MaxItems = LIST_MAPPINGS_MAX, Marker } = input;
  const page = { Marker, MaxItems };
  const { records, nextMarker } = await readFiltered(
    store,
    range,
    page,
    isListed,
    LIST_MAPPINGS_MAX,
  );
  return { EventSourceMappings: records.map(describeMapping), NextMarker: nextMarker };
}

export async function updateEventSourceMapping(
  state: LambdaState,
  input: UpdateEventSourceMappingRequest,
  context: RequestContext,
): Promise<EventSourceMappingConfiguration> {
  const { FunctionName, Enabled } = input;
  const arn = FunctionName && (await functionArnOf(state, FunctionName, context));
  const lastModifiedMs = state.environment.clock.nowMs();
  return change(state, input.UUID, context, 'update', (record) => {
    const enabled = Enabled ?? record.enabled;
    const switched = enabled ? 'Enabling' : 'Disabling';
    return {
      ...record,
      enabled,
      lastModifiedMs,
      functionArn: arn || record.functionArn,
      settings: changeSettings(input, record.settings),
      state: enabled === record.enabled ? 'Updating' : switched,
      stateTransitionReason: USER_ACTION,
    };
  });
}

export async function deleteEventSourceMapping(
  state: LambdaState,
  { UUID }: DeleteEventSourceMappingRequest,
  context: RequestContext,
): Promise<EventSourceMappingConfiguration> {
  return change(state, UUID, context, 'delete', (record) => ({ ...record, state: 'Deleting' }));
}

/** Changes a mapping that is in no transition, and has the engine follow. */
async function change(
  state: LambdaState,
  uuid: string,
  { accountId, region }: RequestContext,
  verb: 'update' | 'delete',
  next: (record: MappingRecord) => MappingRecord,
): Promise<EventSourceMappingConfiguration> {
  const key = mappingKey({ accountId, region, uuid });
  const found = await state.store.get(key);
  if (!found) throw mappingNotFound();
  // The pair of a mapping that is given another function is read with it.
  const moved = next(decodeRecord<MappingRecord>(found));
  const record = await state.store.transact([key, pairKey(moved)], ([value, pair]) => {
    if (!value) throw mappingNotFound();
    const before = decodeRecord<MappingRecord>(value);
    if (!isSettled(before)) throw mappingInUse(verb);
    return changed(before, next(before), pair);
  });
  state.eventSources.changed(record);
  return describeMapping(record);
}

function changed(
  before: MappingRecord,
  after: MappingRecord,
  pair: Uint8Array | undefined,
): Decision<MappingRecord> {
  const holder = pair && decodeRecord<{ uuid: string }>(pair).uuid;
  if (holder !== undefined && holder !== after.uuid) throw mappingExists(after, holder);
  const writes = [
    { type: 'delete', key: pairKey(before) } as const,
    putRecord(pairKey(after), { uuid: after.uuid }),
    putRecord(mappingKey(after), after),
  ];
  return { writes, result: after };
}

/** Recorded 2025-11-25: test_duplicate_event_source_mappings. */
function mappingExists({ eventSourceArn, functionArn: arn }: MappingRecord, uuid: string) {
  const name = arn.split(':function:')[1];
  return resourceConflict(
    `The event source arn (" ${eventSourceArn} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${uuid}`,
  );
}

/** Of all sources only DynamoDB's streams are there. */
function streamArnOf(input: CreateEventSourceMappingRequest, context: RequestContext): string {
  const { EventSourceArn: arn } = input;
  if (input.SelfManagedEventSource !== undefined) throw selfManagedRefusal(input);
  // Not in the recordings; from memory of what AWS answers.
  if (arn === undefined) throw invalidParameter('Unrecognized event source.');
  const service = arn.split(':')[2] ?? '';
  if (service !== 'dynamodb') throw sourceRefusal(service, input);
  if (!isStreamArn(arn, context)) throw streamNotFound(arn);
  return arn;
}

/** Recorded 2025-11-25: test_create_event_source_validation. */
function checkPosition(
  position: EventSourcePosition | undefined,
  arn: string,
): EventSourcePosition {
  if (position === undefined) throw startingPositionMissing();
  if (position === 'AT_TIMESTAMP') {
    throw invalidParameter(`Unsupported starting position for arn type: ${arn}`);
  }
  return position;
}

/** The ARN as the caller named the function, which has to be there. */
async function functionArnOf(
  state: LambdaState,
  functionName: string,
  context: RequestContext,
): Promise<string> {
  const reference = parseFunctionName(functionName, undefined, context);
  try {
    await findVersion(state, reference);
  } catch (error) {
    const isMissing = error instanceof AwsError && error.code === 'ResourceNotFoundException';
    // Not in the recordings; text as AWS's users quote it.
    throw isMissing ? invalidParameter('Function does not exist') : error;
  }
  return functionArn(reference, reference.qualifier);
}

/** Where `LATEST` is: taken before the answer, so that nothing that is written after it is missed. */
async function positionAfter(
  { eventSources }: LambdaState,
  arn: string,
  position: EventSourcePosition,
): Promise<string | undefined> {
  const source = await eventSources.sourceOf(arn);
  const latest = await source.latest();
  if (latest === undefined) throw streamNotFound(arn);
  return position === 'LATEST' ? latest : undefined;
}

function streamNotFound(arn: string) {
  return invalidParameter(`Stream not found: ${arn}`);
}
