/** Errors of backups. No source shows AWS's wording of the first: it says the API Reference's sentence. */
import { AwsError } from '../../../model/aws-error.ts';

export function backupNotFound(arn: string): AwsError {
  return new AwsError({ code: 'BackupNotFoundException', message: `Backup not found: ${arn}` });
}

/** The API Reference's sentence. */
export function backupInUse(): AwsError {
  return new AwsError({
    code: 'BackupInUseException',
    message:
      'There is another ongoing conflicting backup control plane operation on the table. The ' +
      'backup is either being created, deleted or restored to a table.',
  });
}
