/**
 * Errors of backups, recovery and transfers. Those whose wording no source shows say the sentence of
 * the API Reference.
 */
import { AwsError } from '../../../model/aws-error.ts';

/** Names the table as the request does (moto's tests, verified against AWS). */
export function tableNotFoundException(nameOrArn: string): AwsError {
  return new AwsError({
    code: 'TableNotFoundException',
    message: `Table not found: ${nameOrArn}`,
  });
}

export function tableAlreadyExistsException(tableName: string): AwsError {
  return new AwsError({
    code: 'TableAlreadyExistsException',
    message: `Table already exists: ${tableName}`,
  });
}

/** From memory of what AWS answers; not recorded. */
export function continuousBackupsUnavailable(tableName: string): AwsError {
  return new AwsError({
    code: 'ContinuousBackupsUnavailableException',
    message: `Backups are being enabled for the table: ${tableName}. Please retry later`,
  });
}

/** Verified against AWS by moto's tests. */
export function recoveryUnavailable(tableName: string): AwsError {
  return new AwsError({
    code: 'PointInTimeRecoveryUnavailableException',
    message: `Point in time recovery is not enabled for table '${tableName}'`,
  });
}

export function invalidRestoreTime(): AwsError {
  return new AwsError({
    code: 'InvalidRestoreTimeException',
    message:
      'An invalid restore time was specified. RestoreDateTime must be between ' +
      'EarliestRestorableDateTime and LatestRestorableDateTime.',
  });
}

/** For a table that is being filled, or read by a backup, a restore or an export. */
export function tableInUse(code: 'TableInUseException' | 'ResourceInUseException', why: string) {
  return new AwsError({
    code,
    message: `Attempt to change a resource which is still in use: ${why}`,
  });
}
