/** The errors of API Gateway's first version, in AWS's words (recorded 2023 to 2026 where not said otherwise). */
import { AwsError } from '../../model/aws-error.ts';
import { badRequest, conflict, notFound } from '../gateway/errors.ts';

/** As AWS names them in `Invalid … identifier specified`; it says `stage` in lower case. */
export type ResourceType =
  | 'API Key'
  | 'Authorizer'
  | 'Deployment'
  | 'Documentation part'
  | 'Documentation version'
  | 'domain name access association'
  | 'domain name'
  | 'base path mapping'
  | 'Client Certificate'
  | 'Integration'
  | 'Method'
  | 'Request Validator'
  | 'Resource'
  | 'stage'
  | 'Usage Plan'
  | 'Vpc Link';

export function resourceNotFound(type: ResourceType): AwsError {
  return notFound(`Invalid ${type} identifier specified`);
}

export function statusNotFound(): AwsError {
  return notFound('Invalid Response status code specified');
}

export function modelNotFound(name: string): AwsError {
  return notFound(`Invalid model name specified: ${name}`);
}

/** Recorded: what AWS says to an authorizer for an API that does not exist. */
export function concurrentModification(): AwsError {
  return conflict(
    'Unable to complete operation due to concurrent modification. Please try again later.',
  );
}

/** Seen from AWS by users of the Serverless Framework and Terraform. */
export function domainNameTaken(): AwsError {
  return conflict('The domain name you provided already exists.');
}

/** The text that AWS is known to answer with (aws-cdk#7447, 2020). */
export function invalidPolicy(): AwsError {
  return badRequest(
    'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.',
  );
}

/** Wording unverified. */
export function limitReached(what: string, max: number): AwsError {
  return new AwsError({
    code: 'LimitExceededException',
    status: 429,
    message: `Maximum number of ${what} reached: ${max}`,
  });
}
