/**
 * Sources of events that are not there. What AWS refuses by the request alone is refused in its words;
 * all else is answered by saying so.
 */
import type { AwsError } from '../../../model/aws-error.ts';
import type { CreateEventSourceMappingRequest } from '../../../model/generated/lambda.types.ts';
import { featureUnsupported, invalidParameter } from '../errors.ts';
import { QUEUE_BATCH_WITHOUT_WINDOW_MAX } from './limits.ts';
import { checkFilters, startingPositionMissing } from './mapping-settings.ts';

type Request = CreateEventSourceMappingRequest;

const CHECKS: ReadonlyMap<string, (input: Request) => void> = new Map([
  ['kinesis', checkStream],
  ['sqs', checkQueue],
]);

/** `service` is the one of the source's ARN. */
export function sourceRefusal(service: string, input: Request): AwsError {
  CHECKS.get(service)?.(input);
  if (input.FilterCriteria) checkFilters(input.FilterCriteria);
  return featureUnsupported(`${service} as an event source`);
}

/** Recorded 2024-09-03: test_create_event_source_self_managed. */
export function selfManagedRefusal({ SourceAccessConfigurations = [] }: Request): AwsError {
  return SourceAccessConfigurations.length === 0
    ? invalidParameter("Required 'sourceAccessConfigurations' parameter is missing.")
    : featureUnsupported('Kafka as an event source');
}

function checkStream({ StartingPosition }: Request): void {
  if (StartingPosition === undefined) throw startingPositionMissing();
}

/** Recorded 2025-11-25: test_event_source_mapping_default_batch_size. */
function checkQueue({ BatchSize = 0, MaximumBatchingWindowInSeconds = 0 }: Request): void {
  if (BatchSize <= QUEUE_BATCH_WITHOUT_WINDOW_MAX || MaximumBatchingWindowInSeconds > 0) return;
  throw invalidParameter(
    `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${QUEUE_BATCH_WITHOUT_WINDOW_MAX}`,
  );
}
