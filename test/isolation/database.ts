/** A database as the clients of a workload reach it, in process or over HTTP, and what comes of a call. */
import {
  plain,
  TEST_CONTEXT,
} from '../../packages/brume/src/services/dynamodb/database.fixture.ts';
import { AwsError } from '../../packages/brume/src/model/aws-error.ts';
import type { AttributeValue } from '../../packages/brume/src/model/generated/dynamodb.types.ts';
import type { Service } from '../../packages/brume/src/services/service.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Members of the answers that the workloads look at. */
export interface Output {
  readonly Item?: Item;
  readonly Attributes?: Item;
  readonly Responses?: readonly { readonly Item?: Item }[];
}

export type Outcome =
  | { readonly type: 'answered'; readonly output: Output }
  /** `item` where the request asked to be told it. */
  | { readonly type: 'refused'; readonly code: string; readonly item: Item | undefined }
  | { readonly type: 'unknown' };

export type Database = (operation: string, input: object) => Promise<Outcome>;

/** Refusals that say that nothing happened. Any other is no answer that a workload asks for. */
const REFUSALS = new Set([
  'ConditionalCheckFailedException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'TransactionCanceledException',
  'TransactionConflictException',
]);

export const TABLE = 'histories';

export const TABLE_INPUT = {
  TableName: TABLE,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

/** `region` says where each call is made. */
export function serviceDatabase(
  service: Service,
  region: () => string = () => TEST_CONTEXT.region,
): Database {
  return async (operation, input) => {
    try {
      const sent: unknown = structuredClone(input);
      const context = { ...TEST_CONTEXT, region: region() };
      const output = plain(await service.execute(operation, sent, context)) as Output;
      return { type: 'answered', output };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return refused(operation, error.code, plain(error.fields) as Output, error.message);
    }
  };
}

/** `endpoint` may change from call to call. A connection that breaks leaves it open what happened. */
export function httpDatabase(endpoint: () => string): Database {
  return async (operation, input) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(endpoint(), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
        body: JSON.stringify(input),
      });
      text = await response.text();
    } catch {
      return { type: 'unknown' };
    }
    const output = JSON.parse(text) as Output & { __type?: string; message?: string };
    if (response.ok) return { type: 'answered', output };
    const code = output.__type?.split('#').at(-1) ?? '';
    return refused(operation, code, output, output.message ?? '');
  };
}

function refused(operation: string, code: string, fields: Output, message: string): Outcome {
  if (!REFUSALS.has(code)) throw new Error(`${operation} was refused: ${code}: ${message}`);
  return { type: 'refused', code, item: fields.Item };
}
