/** DynamoDB's errors, one named factory each, in AWS's words. Conditional ones are in their modules. */
import { AwsError } from '../../model/aws-error.ts';
import type { CancellationReason } from '../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../service.ts';
import type { AttributeMap } from './items/attribute-value.ts';

export function validation(message: string): AwsError {
  return new AwsError({
    code: 'ValidationException',
    namespace: 'com.amazon.coral.validate',
    message,
  });
}

export function invalidParameters(detail: string): AwsError {
  return validation(`One or more parameter values were invalid: ${detail}`);
}

/** An empty string or binary for an attribute of a key: an error by itself in transactions too. */
export class EmptyKey extends AwsError {
  constructor(message: string) {
    super({ code: 'ValidationException', namespace: 'com.amazon.coral.validate', message });
  }
}

/** Item operations do not name the table (recorded 2025-10-08, `not-existing-table`). */
export function resourceNotFound(): AwsError {
  return new AwsError({
    code: 'ResourceNotFoundException',
    message: 'Requested resource not found',
  });
}

/** Table operations do (recorded 2025-10-08, `delete-non-existent-table`). */
export function tableNotFound(tableName: string): AwsError {
  return new AwsError({
    code: 'ResourceNotFoundException',
    message: `Requested resource not found: Table: ${tableName} not found`,
  });
}

/** Recorded 2025-10-08, `test_create_duplicate_table`. */
export function tableAlreadyExists(tableName: string): AwsError {
  return new AwsError({
    code: 'ResourceInUseException',
    message: `Table already exists: ${tableName}`,
  });
}

/** `item` is sent only where ReturnValuesOnConditionCheckFailure asked for it. */
export function conditionalCheckFailed(item?: AttributeMap): AwsError {
  return new AwsError({
    code: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    ...(item === undefined ? {} : { fields: { Item: item } }),
  });
}

/** Tables of another account are reached through policies, which are not evaluated here yet. */
export function accessDenied(resourceArn: string, { caller }: RequestContext): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    namespace: 'com.amazon.coral.service',
    message:
      `User: ${caller.principalArn} is not authorized to perform this operation on resource: ` +
      `${resourceArn} because no resource-based policy allows it`,
  });
}

/** What INSERT finds an item in place of (Parity Suite, against AWS, October 2026). */
export function duplicateItem(): AwsError {
  return new AwsError({
    code: 'DuplicateItemException',
    message: 'Duplicate primary key exists in table',
  });
}

export function keySchemaMismatch(): AwsError {
  return validation('The provided key element does not match the schema');
}

export function itemTooLarge(): AwsError {
  return validation('Item size has exceeded the maximum allowed size');
}

/** A parameter of an operation that is there. 501, as for operations that are not. */
export function notSupportedYet(what: string): AwsError {
  return new AwsError({
    code: 'NotImplemented',
    status: 501,
    message: `Brume does not support DynamoDB's ${what} yet.`,
  });
}

export function updatedItemTooLarge(): AwsError {
  return validation('Item size to update has exceeded the maximum allowed size');
}

export function collectionTooLarge(): AwsError {
  return new AwsError({
    code: 'ItemCollectionSizeLimitExceededException',
    message: 'Collection size exceeded.',
  });
}

export function protectedTable(): AwsError {
  return validation(
    'Resource cannot be deleted as it is currently protected against deletion. ' +
      'Disable deletion protection first.',
  );
}

export function duplicateTargets(): AwsError {
  return validation('Transaction request cannot include multiple operations on one item');
}

export function transactionCanceled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code);
  return new AwsError({
    code: 'TransactionCanceledException',
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${codes.join(', ')}]`,
    fields: { CancellationReasons: reasons },
  });
}

export function idempotentParameterMismatch(): AwsError {
  return new AwsError({
    code: 'IdempotentParameterMismatchException',
    message:
      'DynamoDB rejected the request because you retried a request with a different payload but ' +
      'with an idempotent token that was already used.',
  });
}

/** AWS misspells it (dynalite, against AWS). */
export function resourceArnNotFound(arn: string): AwsError {
  return new AwsError({
    code: 'ResourceNotFoundException',
    message: `Requested resource not found: ResourcArn: ${arn} not found`,
  });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError({ code: 'LimitExceededException', message });
}
