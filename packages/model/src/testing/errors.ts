/** The errors that DynamoDB answers with, as the SDK throws them. */

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
}

export class DynamoDBError extends Error {
  override readonly name: string;
  readonly $metadata = {};
  readonly CancellationReasons: readonly CancellationReason[] | undefined;

  constructor(name: string, message: string, reasons?: readonly CancellationReason[]) {
    super(message);
    this.name = name;
    this.CancellationReasons = reasons;
  }
}

export const validation = (message: string): DynamoDBError =>
  new DynamoDBError('ValidationException', message);

export const tableNotFound = (): DynamoDBError =>
  new DynamoDBError('ResourceNotFoundException', 'Requested resource not found');

export const conditionFailed = (): DynamoDBError =>
  new DynamoDBError('ConditionalCheckFailedException', 'The conditional request failed');

export function transactionCanceled(reasons: readonly CancellationReason[]): DynamoDBError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new DynamoDBError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    reasons,
  );
}
