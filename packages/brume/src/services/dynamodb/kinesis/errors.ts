/** Errors of Kinesis streaming destinations. */
import { limitExceeded, validation } from '../errors.ts';
import { DESTINATIONS_MAX } from './limits.ts';

/** aws-cloudformation/cloudformation-coverage-roadmap#707 (2021-04-13) has the beginning of this. */
export function invalidState(why: string): Error {
  return validation(
    `Table is not in a valid state to enable Kinesis Streaming Destination: ${why}`,
  );
}

/** Recorded 2026-01, `update-bad-stream-arn`. */
export function unknownDestination(streamArn: string, tableName: string): Error {
  return invalidState(
    `No streaming destination with streamArn: ${streamArn} found for table with tableName: ` +
      tableName,
  );
}

/** Recorded 2026-01, `update-missing-params`. */
export function nothingToUpdate(): Error {
  return validation(
    'Streaming destination cannot be updated with given parameters: ' +
      'UpdateKinesisStreamingConfiguration cannot be null or contain only null values',
  );
}

/** Recorded 2026-01, `update-no-idempotency`. */
export function precisionIsSet(precision: string, tableId: string, streamArn: string): Error {
  return validation(
    `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ` +
      `${tableId}, kdsArn: ${streamArn}`,
  );
}

/** Wording not recorded. */
export function tooManyDestinations(): Error {
  return limitExceeded(
    `Subscriber limit exceeded: a table has at most ${DESTINATIONS_MAX} Kinesis streaming ` +
      'destinations',
  );
}
