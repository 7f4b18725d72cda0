/** Errors that both versions of API Gateway have, in AWS's words where they are known. */
import { AwsError } from '../../model/aws-error.ts';

/** Seen from AWS: `Invalid API identifier specified 002813928238:4sho9rt8nd` (sst#5059, 2024-11). */
export function apiNotFound(accountId: string, apiId: string): AwsError {
  return notFound(`Invalid API identifier specified ${accountId}:${apiId}`);
}

export function notFound(message: string): AwsError {
  return new AwsError({ code: 'NotFoundException', status: 404, message });
}

export function badRequest(message: string): AwsError {
  return new AwsError({ code: 'BadRequestException', status: 400, message });
}

export function conflict(message: string): AwsError {
  return new AwsError({ code: 'ConflictException', status: 409, message });
}

/**
 * For a setting that AWS has and Brume would store without effect. Refusing is the honest answer: a
 * limit or a check that is shown but not enforced is worse than none. 501 so that no SDK retries it.
 */
export function notSupported(feature: string): AwsError {
  return new AwsError({
    code: 'NotImplemented',
    status: 501,
    message: `Brume does not support ${feature} yet.`,
  });
}

/** Seen from AWS, by both versions (users of Terraform, 2019 to 2026). */
export function noIntegrationUri(): AwsError {
  return badRequest('Invalid integration URI specified');
}
