/** What a caller may set on a mapping to a stream: defaults, and what AWS refuses. */
import type {
  CreateEventSourceMappingRequest,
  FilterCriteria,
  UpdateEventSourceMappingRequest,
} from '../../../model/generated/lambda.types.ts';
import { compilePattern } from '../../../model/event-pattern/pattern.ts';
import { InvalidPattern } from '../../../model/event-pattern/invalid-pattern.ts';
import { featureUnsupported, invalidParameter } from '../errors.ts';
import { FILTERS_MAX, RECORD_AGE_SECONDS_MIN } from './limits.ts';
import type { MappingSettings } from './mapping-record.ts';

type Request = Partial<CreateEventSourceMappingRequest> | UpdateEventSourceMappingRequest;

/** Recorded 2025-11-25: test_deletion_event_source_mapping_with_dynamodb. */
const DEFAULTS: MappingSettings = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  ParallelizationFactor: 1,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  BisectBatchOnFunctionError: false,
  TumblingWindowInSeconds: 0,
  FunctionResponseTypes: [],
  DestinationConfig: { OnFailure: {} },
};

/** Members for other sources than streams. */
const OF_OTHER_SOURCES = [
  'Topics',
  'Queues',
  'ScalingConfig',
  'SourceAccessConfigurations',
  'AmazonManagedKafkaEventSourceConfig',
  'SelfManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
  'ProvisionedPollerConfig',
] as const;

/** The settings after a request that has them all or some. */
export function changeSettings(
  input: Request,
  before: MappingSettings = DEFAULTS,
): MappingSettings {
  for (const member of OF_OTHER_SOURCES) {
    if (!Object.hasOwn(input, member)) continue;
    const name = member[0]?.toLowerCase() + member.slice(1);
    // As AWS's users quote it (pulumi/pulumi-aws issue 1418, 2021-03-26).
    throw invalidParameter(`Unsupported '${name}' parameter for given event source mapping type.`);
  }
  if (input.MetricsConfig) throw featureUnsupported('metrics of event source mappings');
  if (input.LoggingConfig) throw featureUnsupported('logs of event source mappings');
  const settings: MappingSettings = {
    BatchSize: input.BatchSize ?? before.BatchSize,
    MaximumBatchingWindowInSeconds:
      input.MaximumBatchingWindowInSeconds ?? before.MaximumBatchingWindowInSeconds,
    ParallelizationFactor: input.ParallelizationFactor ?? before.ParallelizationFactor,
    MaximumRecordAgeInSeconds: input.MaximumRecordAgeInSeconds ?? before.MaximumRecordAgeInSeconds,
    MaximumRetryAttempts: input.MaximumRetryAttempts ?? before.MaximumRetryAttempts,
    BisectBatchOnFunctionError:
      input.BisectBatchOnFunctionError ?? before.BisectBatchOnFunctionError,
    TumblingWindowInSeconds: input.TumblingWindowInSeconds ?? before.TumblingWindowInSeconds,
    FunctionResponseTypes: input.FunctionResponseTypes ?? before.FunctionResponseTypes,
    DestinationConfig: input.DestinationConfig
      ? checkDestination(input.DestinationConfig)
      : before.DestinationConfig,
    FilterCriteria: input.FilterCriteria
      ? checkFilters(input.FilterCriteria)
      : before.FilterCriteria,
    KMSKeyArn: input.KMSKeyArn ?? before.KMSKeyArn,
  };
  checkTogether(settings);
  return settings;
}

/** AWS's words for these two are not known; the rules are in its API reference. */
function checkTogether(settings: MappingSettings): void {
  const { MaximumRecordAgeInSeconds: age, TumblingWindowInSeconds: window } = settings;
  if (age >= 0 && age < RECORD_AGE_SECONDS_MIN) {
    throw invalidParameter(
      `MaximumRecordAgeInSeconds must be -1, or at least ${RECORD_AGE_SECONDS_MIN}.`,
    );
  }
  if (window > 0 && settings.ParallelizationFactor > 1) {
    throw invalidParameter('ParallelizationFactor must be 1 with TumblingWindowInSeconds.');
  }
}

/** Functions cannot take what a stream's batch failed with; queues, topics and buckets can. */
function checkDestination({ OnFailure, OnSuccess }: DestinationRequest) {
  const { Destination } = OnFailure ?? {};
  const service = Destination?.split(':')[2];
  if (OnSuccess?.Destination || (service && !['sqs', 'sns', 's3'].includes(service))) {
    throw invalidParameter(
      `The provided destination config DestinationConfig(onSuccess=${show(OnSuccess, 'OnSuccess')}, onFailure=${show(OnFailure, 'OnFailure')}) is invalid.`,
    );
  }
  return { OnFailure: Destination ? { Destination } : {} };
}

type DestinationRequest = NonNullable<Request['DestinationConfig']>;

/** As AWS words it for asynchronous invocations; for mappings it is not recorded. */
function show(target: DestinationRequest['OnSuccess'], name: string): string {
  return target ? `${name}(destination=${target.Destination})` : 'null';
}

/** No filters are no criteria (recorded 2025-12-18: test_create_event_filter_criteria_validation). */
export function checkFilters({ Filters = [] }: FilterCriteria): MappingSettings['FilterCriteria'] {
  if (Filters.length === 0) return undefined;
  if (Filters.length > FILTERS_MAX) throw invalidFilter();
  const checked = Filters.map(({ Pattern }) => {
    if (Pattern === undefined) throw invalidFilter();
    try {
      compilePattern(Pattern);
    } catch (error) {
      throw error instanceof InvalidPattern ? invalidFilter() : error;
    }
    return { Pattern };
  });
  return { Filters: checked };
}

/** Recorded 2025-11-25: test_sqs_invalid_event_filter. */
function invalidFilter() {
  return invalidParameter('Invalid filter pattern definition.');
}

/** Recorded 2025-11-25: test_create_event_source_validation, for DynamoDB and for Kinesis. */
export function startingPositionMissing() {
  return invalidParameter(
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
  );
}
