/** CloudWatch Logs' errors in AWS's words; texts recorded from AWS 2026-02 unless noted. */
import { AwsError } from '../../model/aws-error.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError({ code: 'InvalidParameterException', message });
}

function notFound(message: string): AwsError {
  return new AwsError({ code: 'ResourceNotFoundException', message });
}

export function logGroupNotFound(): AwsError {
  return notFound('The specified log group does not exist.');
}

export function logStreamNotFound(): AwsError {
  return notFound('The specified log stream does not exist.');
}

export function logGroupExists(): AwsError {
  return exists('The specified log group already exists');
}

export function logStreamExists(): AwsError {
  return exists('The specified log stream already exists');
}

function exists(message: string): AwsError {
  return new AwsError({ code: 'ResourceAlreadyExistsException', message });
}

export function nameTooLong(): AwsError {
  return invalidParameter(
    'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  );
}

export function prefixAndPattern(): AwsError {
  return invalidParameter(
    'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
  );
}

export function nameAndIdentifier(): AwsError {
  return new AwsError({
    code: 'ValidationException',
    message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
  });
}

export function noLogGroup(): AwsError {
  // Not in the recordings: wording of Brume's own.
  return invalidParameter('A log group must be given: logGroupName or logGroupIdentifier.');
}

export function orderWithPrefix(): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
}

export function invalidToken(): AwsError {
  return invalidParameter('The specified nextToken is invalid.');
}

export function wrongOrder(): AwsError {
  return invalidParameter(
    'Log events in a single PutLogEvents request must be in chronological order.',
  );
}

export function uploadTooLarge(sizeBytes: number, bytesMax: number): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter(`Upload too large: ${sizeBytes} bytes exceeds limit of ${bytesMax}`);
}

export function batchTooLong(): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter(
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  );
}

export function invalidFilterPattern(): AwsError {
  // awsdocs/amazon-cloudwatch-logs-user-guide#21 (2019-09), aws/aws-toolkit-jetbrains#3219 (2022-07).
  return invalidParameter('Invalid filter pattern');
}

export function unclosedFilterPattern(start: string, end: string): AwsError {
  // jorgebastida/awslogs#210 (2018-08).
  return invalidParameter(`If a filter pattern starts with '${start}' it must end with '${end}'`);
}

export function invalidCharacters(term: string): AwsError {
  // dougmoscrop/serverless-plugin-log-subscription#47 (2022-03).
  return invalidParameter(`Invalid character(s) in term '${term}'`);
}

export function streamNamesAndPrefix(): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter('logStreamNamePrefix and logStreamNames are mutually exclusive.');
}

export function invalidRetention(days: number, allowed: readonly number[]): AwsError {
  // Not in the recordings; text as AWS's users quote it.
  return invalidParameter(
    `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

export function tooManyTags(tagsMax: number): AwsError {
  // Not in the recordings: wording of Brume's own.
  return new AwsError({
    code: 'TooManyTagsException',
    message: `A resource can have at most ${tagsMax} tags.`,
  });
}

export function invalidArn(): AwsError {
  // Not in the recordings: wording of Brume's own.
  return invalidParameter('The specified ARN is not the ARN of a log group.');
}

export function deletionProtected(): AwsError {
  // Not in the recordings: wording of Brume's own.
  return new AwsError({
    code: 'ValidationException',
    message: 'The specified log group has deletion protection enabled.',
  });
}
