/** Why each action of a cancelled transaction could not be done, or that it could. */
import type { CancellationReason } from '../../../model/generated/dynamodb.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { AttributeMap } from './attribute-value.ts';
import { EmptyKey } from '../errors.ts';

export const NO_REASON: CancellationReason = Object.freeze({ Code: 'None' });

const CODES: ReadonlyMap<string, string> = new Map([
  ['ConditionalCheckFailedException', 'ConditionalCheckFailed'],
  ['DuplicateItemException', 'DuplicateItem'],
  ['ItemCollectionSizeLimitExceededException', 'ItemCollectionSizeLimitExceeded'],
  ['ValidationException', 'ValidationError'],
]);

/** What stands for an error of one action. Throws what is not the action's alone. */
export function cancellationReason(error: unknown): CancellationReason {
  const code = error instanceof AwsError ? CODES.get(error.code) : undefined;
  // A key without content is refused with the whole request (captured against AWS, 2026).
  if (!(error instanceof AwsError) || code === undefined || error instanceof EmptyKey) throw error;
  const item = error.fields['Item'] as AttributeMap | undefined;
  return { Code: code, Message: error.message, ...(item && { Item: item }) };
}
