/** Errors of exports, imports and bulk operations: the API Reference's sentences, where no source is named. */
import { AwsError } from '../../../model/aws-error.ts';

export function exportNotFound(arn: string): AwsError {
  return new AwsError({ code: 'ExportNotFoundException', message: `Export not found: ${arn}` });
}

export function importNotFound(arn: string): AwsError {
  return new AwsError({ code: 'ImportNotFoundException', message: `Import not found: ${arn}` });
}

export function bulkOperationNotFound(arn: string): AwsError {
  return new AwsError({
    code: 'ResourceNotFoundException',
    message: `Bulk operation not found: ${arn}`,
  });
}

export function exportConflict(): AwsError {
  return new AwsError({
    code: 'ExportConflictException',
    message: 'There was a conflict when writing to the specified S3 bucket.',
  });
}

export function importConflict(): AwsError {
  return new AwsError({
    code: 'ImportConflictException',
    message: 'There was a conflict when importing from the specified S3 source.',
  });
}

export function invalidExportTime(): AwsError {
  return new AwsError({
    code: 'InvalidExportTimeException',
    message: 'The specified ExportTime is outside of the point in time recovery window.',
  });
}

/** Why an export or import has failed, as its description says. */
export class TransferFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
