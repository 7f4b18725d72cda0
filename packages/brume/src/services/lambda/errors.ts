/** Lambda's errors in AWS's words; texts recorded from AWS 2025-11-25 unless noted. */
import { AwsError } from '../../model/aws-error.ts';
import {
  ASYNC_PAYLOAD_BYTES_MAX,
  CODE_UNZIPPED_BYTES_MAX,
  CODE_ZIPPED_BYTES_MAX,
  EVENT_BYTES_MAX,
} from './limits.ts';

function lambdaError(code: string, message: string, fields: Record<string, unknown> = {}) {
  return new AwsError({ code, message, fields: { Type: 'User', ...fields } });
}

export function invalidParameter(message: string): AwsError {
  return lambdaError('InvalidParameterValueException', message);
}

export function resourceNotFound(message: string): AwsError {
  return lambdaError('ResourceNotFoundException', message);
}

export function resourceConflict(message: string): AwsError {
  return lambdaError('ResourceConflictException', message);
}

/** `arn` ends with the qualifier that was asked for, where there was one. */
export function functionNotFound(arn: string): AwsError {
  return resourceNotFound(`Function not found: ${arn}`);
}

export function aliasNotFound(arn: string): AwsError {
  return resourceNotFound(`Cannot find alias arn: ${arn}`);
}

export function functionExists(name: string): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return resourceConflict(`Function already exist: ${name}`);
}

export function otherRegion(asked: string, here: string): AwsError {
  return resourceNotFound(`Functions from '${asked}' are not reachable in this region ('${here}')`);
}

/** AWS answers 403 with a null message for a function of another account that did not admit the caller. */
export function otherAccount(): AwsError {
  return new AwsError({ code: 'AccessDeniedException', message: '', status: 403 });
}

/** For the log of the service that was not admitted: its client is told less. */
export function sourceDenied(service: string, arn: string, resource: string): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message: `${service} is not authorized to perform: lambda:InvokeFunction on resource: ${resource} for ${arn} because no resource-based policy allows the lambda:InvokeFunction action`,
  });
}

export function qualifierMismatch(): AwsError {
  return invalidParameter(
    'The derived qualifier from the function name does not match the specified qualifier.',
  );
}

export function revisionMismatch(): AwsError {
  return lambdaError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  );
}

export function layerRevisionMismatch(): AwsError {
  return lambdaError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id',
  );
}

export function invalidZip(): AwsError {
  return invalidParameter(
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}

export function emptyZip(): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter('Uploaded file must be a non-empty zip');
}

export function zipTooLarge(): AwsError {
  return new AwsError({
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: `Zipped size must be smaller than ${CODE_ZIPPED_BYTES_MAX} bytes`,
  });
}

export function unzippedTooLarge(): AwsError {
  return invalidParameter(`Unzipped size must be smaller than ${CODE_UNZIPPED_BYTES_MAX} bytes`);
}

/** Text as AWS's users quote it (serverlesspub/ffmpeg-aws-lambda-layer issue 23, 2021-09-13). */
export function codeWithLayersTooLarge(sizeBytes: number): AwsError {
  return invalidParameter(
    `Function code combined with layers exceeds the maximum allowed size of ${CODE_UNZIPPED_BYTES_MAX} bytes. The actual size is ${sizeBytes} bytes.`,
  );
}

export function layerAccessDenied(callerArn: string, layerVersionArn: string): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message: `User: ${callerArn} is not authorized to perform: lambda:GetLayerVersion on resource: ${layerVersionArn} because no resource-based policy allows the lambda:GetLayerVersion action`,
  });
}

/** Without the member `Type` that Lambda's other errors have (recorded 2025-11-25). */
export function codeSigningMissing(arn: string): AwsError {
  const message = `The Lambda code signing configuration ${arn} can not be found.`;
  return new AwsError({ code: 'ResourceNotFoundException', message });
}

export function codeSigningConfigNotFound(arn: string): AwsError {
  return lambdaError(
    'CodeSigningConfigNotFoundException',
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
  );
}

/** `what` is the package: `unsigned`, or a layer's ARN. */
export function codeUntrusted(what: string): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return lambdaError(
    'CodeVerificationFailedException',
    `Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for ${what}.`,
  );
}

export function recursiveInvocation(): AwsError {
  // Not in the recordings; text of the API reference.
  return lambdaError(
    'RecursiveInvocationException',
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
  );
}

/** Without the member `Type` that Lambda's other errors have (recorded 2025-11-25). */
export function untypedInvalidParameter(message: string): AwsError {
  return new AwsError({ code: 'InvalidParameterValueException', message });
}

export function provisionedNotFound(): AwsError {
  return lambdaError(
    'ProvisionedConcurrencyConfigNotFoundException',
    'No Provisioned Concurrency Config found for this function',
  );
}

export function statementExists(id: string): AwsError {
  return resourceConflict(
    `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  );
}

export function statementNotFound(id: string): AwsError {
  return resourceNotFound(`Statement ${id} is not found in resource policy.`);
}

/** Z. Charles, "Lambda's Request Payload Size Limit (2/2)"; without `Type`, as for CreateFunction. */
export function eventTooLarge(): AwsError {
  return new AwsError({
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: `Request must be smaller than ${EVENT_BYTES_MAX} bytes for the InvokeFunction operation`,
  });
}

/** As AWS's users quote it (ASFHyP3/hyp3 issue 2241, 2024-05-02). */
export function asyncEventTooLarge(sizeBytes: number): AwsError {
  return new AwsError({
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: `${sizeBytes} byte payload is too large for the Event invocation type (limit ${ASYNC_PAYLOAD_BYTES_MAX} bytes)`,
    fields: { Type: 'User' },
  });
}

export function invalidPayload(reason: string): AwsError {
  return lambdaError(
    'InvalidRequestContentException',
    `Could not parse request body into json: Could not parse payload into json: ${reason}`,
  );
}

export function executionNotFound(arn: string): AwsError {
  // Not in the recordings: wording of Brume's own, as are the two below.
  return resourceNotFound(`Durable execution not found: ${arn}`);
}

export function executionExists(executionName: string): AwsError {
  return new AwsError({
    code: 'DurableExecutionAlreadyStartedException',
    status: 409,
    message: `A durable execution named ${executionName} was started with another payload.`,
    fields: { Type: 'User' },
  });
}

export function callbackClosed(): AwsError {
  return lambdaError(
    'CallbackTimeoutException',
    'The callback has expired, has been answered already, or never was.',
  );
}

export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

export function throttled(reason: ThrottleReason): AwsError {
  return lambdaError('TooManyRequestsException', 'Rate Exceeded.', { Reason: reason });
}

/** A setting or mode that Brume does not have: 501, so that nobody takes it for an answer of AWS. */
export function featureUnsupported(feature: string): AwsError {
  return new AwsError({
    code: 'NotImplemented',
    status: 501,
    message: `Brume's Lambda does not support ${feature} yet.`,
  });
}
