/** How PartiQL's errors are worded: what is wrong, and mostly where. */
import type { AwsError } from '../../../model/aws-error.ts';
import { validation } from '../errors.ts';

/** Where a token is: lines and columns count from one, the length is in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/**
 * The statement cannot be read. AWS says nothing after the colon of what it cannot take apart into
 * tokens (Parity Suite, against AWS, October 2026; so are all sentences here that name no source).
 */
export function malformed(detail = ''): AwsError {
  return validation(`Statement wasn't well formed, can't be processed: ${detail}`);
}

export function problemAt(message: string, { line, column, length }: Position): AwsError {
  return validation(`${message} at ${line}:${column}:${length}`);
}

export const PARAMETER_COUNT = "Number of parameters in request and statement don't match.";
export const INCOMPLETE_KEY =
  'Where clause does not contain a mandatory equality on all key attributes';
export const EMPTY_PATH_COMPONENT = 'Path component cannot be an empty string';
export const MISSING_NEEDS_IS = 'MISSING must be compared using IS operator';

/** DynamoDB Local 3.3.1 (2026), as are the other sentences about values of keys. */
export function keyTypeMismatch(name: string): AwsError {
  return validation(
    "Key attribute's data type should match its data type in table's schema: Key " + name,
  );
}

export function existsOutsideTransaction(): AwsError {
  return validation('EXISTS can only be used in ExecuteTransaction write requests.');
}
