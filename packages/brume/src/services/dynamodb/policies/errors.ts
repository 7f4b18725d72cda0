/** Errors of resource policies. */
import { AwsError } from '../../../model/aws-error.ts';
import { validation } from '../errors.ts';
import { POLICY_BYTES_MAX } from './limits.ts';

/** From memory of what AWS answers; not recorded. */
export function policyNotFound(resourceArn: string): AwsError {
  return new AwsError({
    code: 'PolicyNotFoundException',
    message: `Resource-based policy not found for the provided ResourceArn: ${resourceArn}`,
  });
}

/** Sentence of the API Reference, PutResourcePolicy; the words of AWS are not recorded. */
export function revisionMismatch(): AwsError {
  return new AwsError({
    code: 'PolicyNotFoundException',
    message:
      'The operation tried to access a nonexistent resource-based policy. If you specified an ' +
      "ExpectedRevisionId, it's possible that a policy is present for the resource but its " +
      "revision ID didn't match the expected value.",
  });
}

/** Wording not recorded, as that of the next one. */
export function policyTooLarge(): AwsError {
  return validation(`Resource policy document size exceeds the limit of ${POLICY_BYTES_MAX} bytes`);
}

export function malformedPolicy(why: string): AwsError {
  return validation(`Invalid resource policy document: ${why}`);
}
