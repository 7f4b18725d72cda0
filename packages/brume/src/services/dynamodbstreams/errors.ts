/** The errors of the streams API, one named factory each. */
import { AwsError } from '../../model/aws-error.ts';
import type { RequestContext } from '../service.ts';

export function validation(message: string): AwsError {
  return new AwsError({
    code: 'ValidationException',
    namespace: 'com.amazon.coral.validate',
    message,
  });
}

/** In the words of AWS's constraints; its model does not have the upper ends. */
export function limitTooHigh(limit: number, max: number): AwsError {
  return validation(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: ` +
      `Member must have value less than or equal to ${max}`,
  );
}

/** aws-sdk-js's own tests against AWS. */
export function invalidStreamArn(): AwsError {
  return validation('Invalid StreamArn');
}

/** What AWS says of iterators and sequence numbers that are none is not known to the letter. */
export function invalidShardIterator(): AwsError {
  return validation('Invalid ShardIterator');
}

export function invalidSequenceNumber(): AwsError {
  return validation('Invalid SequenceNumber');
}

/** Seen from AWS 2017-10: `…stream/2017-10-05T14:36:01.514 not found`. */
export function streamNotFound(streamArn: string): AwsError {
  return resourceNotFound(`Stream: ${streamArn} not found`);
}

/** Seen from AWS 2021-07 and 2024-04. */
export function shardNotFound(): AwsError {
  return resourceNotFound('Shard does not exist');
}

function resourceNotFound(what: string): AwsError {
  return new AwsError({
    code: 'ResourceNotFoundException',
    message: `Requested resource not found: ${what}`,
  });
}

/** Seen from AWS 2019-02. */
export function trimmedData(): AwsError {
  return new AwsError({
    code: 'TrimmedDataAccessException',
    message: 'The data you are trying to access has been trimmed',
  });
}

/** The API Reference's words for the message. */
export function expiredIterator(): AwsError {
  return new AwsError({
    code: 'ExpiredIteratorException',
    message: 'The provided iterator exceeds the maximum age allowed.',
  });
}

/** Streams of another account are reached through policies, which are not evaluated here yet. */
export function accessDenied(streamArn: string, { caller }: RequestContext): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    namespace: 'com.amazon.coral.service',
    message:
      `User: ${caller.principalArn} is not authorized to perform this operation on resource: ` +
      `${streamArn} because no resource-based policy allows it`,
  });
}
