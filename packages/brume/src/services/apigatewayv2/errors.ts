/** The errors of API Gateway's second version, in AWS's words where they are known. */
import { AwsError } from '../../model/aws-error.ts';
import { notFound } from '../gateway/errors.ts';

export type ResourceType =
  | 'Integration'
  | 'IntegrationResponse'
  | 'Route'
  | 'RouteResponse'
  | 'Model'
  | 'Deployment'
  | 'Authorizer'
  | 'stage';

/** The wording that AWS's first version was recorded with; it says `stage` in lower case. */
export function resourceNotFound(type: ResourceType): AwsError {
  return notFound(`Invalid ${type} identifier specified`);
}

/** Seen from AWS, two spaces included (serverless-websockets-plugin#22, 2019-01). */
export function limitReached(resources: string, holder = 'API'): AwsError {
  return new AwsError({
    code: 'TooManyRequestsException',
    status: 429,
    message:
      `Maximum number of ${resources} for this ${holder} has been reached.  ` +
      `Please contact AWS if you need additional ${resources}.`,
  });
}
