/** Settings of asynchronous invocations: retries, age, and who is told how events ended. */
import type {
  DeleteFunctionEventInvokeConfigRequest,
  DestinationConfig,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
  PutFunctionEventInvokeConfigRequest,
} from '../../../model/generated/lambda.types.ts';
import type { OrderedStore, Value } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { featureUnsupported, invalidParameter, resourceNotFound } from '../errors.ts';
import {
  functionArn,
  LATEST,
  parseFunctionName,
  type FunctionReference,
  type QualifiedReference,
} from '../function-name.ts';
import {
  decodeEntries,
  decodeRecord,
  functionKey,
  putRecord,
  qualifiedKey,
} from '../function-record.ts';
import {
  eventInvokeKey,
  eventInvokeRange,
  type EventInvokeRecord,
} from '../invocation/event-settings.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

/** Services that can be told; whether what an ARN names is there is asked of Lambda alone. */
const DESTINATION_SERVICES = new Set(['lambda', 'sqs', 'sns', 'events', 's3']);

/** All settings anew: what is not said is not kept. */
export async function putFunctionEventInvokeConfig(
  state: LambdaState,
  input: PutFunctionEventInvokeConfigRequest,
  context: RequestContext,
): Promise<FunctionEventInvokeConfig> {
  return change(state, input, context, () => ({}));
}

/** Changes settings that are there, and leaves those that are not said. */
export async function updateFunctionEventInvokeConfig(
  state: LambdaState,
  input: PutFunctionEventInvokeConfigRequest,
  context: RequestContext,
): Promise<FunctionEventInvokeConfig> {
  return change(state, input, context, (value, reference) => {
    if (!value) throw configNotFound(reference);
    return decodeRecord<EventInvokeRecord>(value);
  });
}

export async function getFunctionEventInvokeConfig(
  { store }: LambdaState,
  input: GetFunctionEventInvokeConfigRequest,
  context: RequestContext,
): Promise<FunctionEventInvokeConfig> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const value = await store.get(eventInvokeKey(reference, reference.qualifier));
  if (!value) throw configNotFound(reference);
  return describe(reference, decodeRecord<EventInvokeRecord>(value));
}

export async function listFunctionEventInvokeConfigs(
  { store }: LambdaState,
  input: ListFunctionEventInvokeConfigsRequest,
  context: RequestContext,
): Promise<ListFunctionEventInvokeConfigsResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  if (!(await store.get(functionKey(reference)))) throw functionMissing();
  const page = await readPage(store, eventInvokeRange(reference), input.Marker, input.MaxItems);
  const records = decodeEntries<EventInvokeRecord>(page.entries);
  return {
    FunctionEventInvokeConfigs: records.map((record) => describe(reference, record)),
    NextMarker: page.nextMarker,
  };
}

export async function deleteFunctionEventInvokeConfig(
  { store }: LambdaState,
  input: DeleteFunctionEventInvokeConfigRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const key = eventInvokeKey(reference, reference.qualifier);
  await store.transact([key], ([value]) => {
    if (!value) throw configNotFound(reference);
    return { writes: [{ type: 'delete', key }], result: undefined };
  });
  return {};
}

async function change(
  { store, environment }: LambdaState,
  input: PutFunctionEventInvokeConfigRequest,
  context: RequestContext,
  before: (value: Value | undefined, reference: QualifiedReference) => Partial<EventInvokeRecord>,
): Promise<FunctionEventInvokeConfig> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig: destinations } = input;
  const said = [MaximumRetryAttempts, MaximumEventAgeInSeconds, destinations];
  if (said.every((member) => member === undefined)) {
    throw invalidParameter(
      'You must specify at least one of error handling or destination setting.',
    );
  }
  if (destinations) await checkDestinations(store, reference, destinations);
  const modifiedMs = environment.clock.nowMs();
  const key = eventInvokeKey(reference, reference.qualifier);
  const keys = [functionKey(reference), qualifiedKey(reference), key];
  const record = await store.transact(keys, ([functionValue, holder, value]) => {
    if (!functionValue || !holder) throw functionMissing();
    const old = before(value, reference);
    const changed: EventInvokeRecord = {
      qualifier: reference.qualifier ?? LATEST,
      retriesMax: MaximumRetryAttempts ?? old.retriesMax,
      ageMaxSeconds: MaximumEventAgeInSeconds ?? old.ageMaxSeconds,
      onSuccess: destinationOf(destinations?.OnSuccess, old.onSuccess),
      onFailure: destinationOf(destinations?.OnFailure, old.onFailure),
      modifiedMs,
    };
    return { writes: [putRecord(key, changed)], result: changed };
  });
  return describe(reference, record);
}

/** An empty text takes a destination away. */
function destinationOf(
  said: { readonly Destination?: string | undefined } | undefined,
  old: string | undefined,
): string | undefined {
  return (said?.Destination ?? old) || undefined;
}

async function checkDestinations(
  store: OrderedStore,
  reference: FunctionReference,
  { OnSuccess, OnFailure }: DestinationConfig,
): Promise<void> {
  const arns = [OnSuccess?.Destination, OnFailure?.Destination];
  for (const arn of arns) {
    if (!arn) continue;
    const [, , service = '', region, accountId] = arn.split(':');
    // Buckets take what has failed, not what went well (developer guide, invocation-async).
    const isPossible = service !== 's3' || arn !== OnSuccess?.Destination;
    if (!DESTINATION_SERVICES.has(service) || !isPossible) {
      const [success, failure] = [
        describeDestination('OnSuccess', arns[0]),
        describeDestination('OnFailure', arns[1]),
      ];
      throw invalidParameter(
        `The provided destination config DestinationConfig(onSuccess=${success}, onFailure=${failure}) is invalid.`,
      );
    }
    if (service !== 'lambda') continue;
    const isElsewhere = region !== reference.region || accountId === undefined;
    if (isElsewhere) throw invalidDestination(arn);
    // Nobody would have asked that account.
    if (accountId !== reference.accountId)
      throw featureUnsupported('destinations in other accounts');
    const { name } = parseFunctionName(arn, undefined, { accountId, region });
    const destination = { accountId, region, name };
    if (functionArn(destination) === functionArn(reference)) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    if (!(await store.get(functionKey(destination)))) throw invalidDestination(arn);
  }
}

/** As AWS's own program prints it (recorded 2025-11-25). */
function describeDestination(name: 'OnSuccess' | 'OnFailure', arn: string | undefined): string {
  return arn === undefined ? 'null' : `${name}(destination=${arn})`;
}

function invalidDestination(arn: string) {
  return invalidParameter(`The destination ARN ${arn} is invalid.`);
}

function functionMissing() {
  return resourceNotFound("The function doesn't exist.");
}

function configNotFound(reference: QualifiedReference) {
  const arn = functionArn(reference, reference.qualifier ?? LATEST);
  return resourceNotFound(`The function ${arn} doesn't have an EventInvokeConfig`);
}

function describe(reference: FunctionReference, record: EventInvokeRecord) {
  const { qualifier, retriesMax, ageMaxSeconds, onSuccess, onFailure, modifiedMs } = record;
  return {
    LastModified: new Date(modifiedMs),
    FunctionArn: functionArn(reference, qualifier),
    MaximumRetryAttempts: retriesMax,
    MaximumEventAgeInSeconds: ageMaxSeconds,
    DestinationConfig: {
      OnSuccess: { Destination: onSuccess },
      OnFailure: { Destination: onFailure },
    },
  };
}
