/** STS's errors that are no fault of a single member's shape. */
import { AwsError } from '../../model/aws-error.ts';

function refuse(code: string, message: string, status = 400): AwsError {
  return new AwsError({ code, message, status });
}

// localstack #12885 (2025-07-21), checked against AWS.
export const invalidArn = (arn: string) => refuse('ValidationError', `${arn} is invalid`);

// eks-anywhere #9485 (2025-03-28).
export const chainedSessionTooLong = () =>
  refuse(
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  );

// Recorded from AWS, 2025-04-10.
export const duplicateTagKeys = () =>
  refuse(
    'InvalidParameterValue',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  );

// Recorded from AWS, 2025-04-10.
export const transitiveKeyWithoutTag = () =>
  refuse(
    'InvalidParameterValue',
    'The specified transitive tag key must be included in the requested tags.',
  );

// aws-cli #6325 (2021-08-11). No MFA device is associated with anybody here.
export const mfaNotAssociated = () =>
  refuse(
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
      'Please verify your MFA serial number is valid and associated with this user.',
    403,
  );

// aws-sdk-php #1876 (2019-09-29).
export const sessionCredentials = (operation: string) =>
  refuse('AccessDenied', `Cannot call ${operation} with session credentials`, 403);

export const invalidPolicyJson = () =>
  refuse('MalformedPolicyDocumentException', 'This policy contains invalid Json');

export const policyTooLong = (policy: string) =>
  refuse(
    'ValidationError',
    `1 validation error detected: Value '${policy}' at 'policy' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 2048',
  );

export const tooManyPolicyArns = () =>
  refuse(
    'ValidationError',
    "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: " +
      'Member must have length less than or equal to 10',
  );

export const packedPolicyTooLarge = (percent: number) =>
  refuse(
    'PackedPolicyTooLargeException',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );

/** AWS's words for a request without a key: nobody can be told who they are. */
export const missingToken = () =>
  refuse('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);

export const memberNotSupported = (member: string) =>
  refuse('NotImplemented', `Brume does not support ${member} yet.`, 501);
