/** `dynamoose.aws.ddb`: the client that an instance of the library sends its requests with. */
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type LogEvent, log } from '../logger.ts';
import { sdk } from './sdk.ts';

/** Methods that may be called; the client may be any object that has those which are used. */
export type Operation =
  | 'describeTable'
  | 'createTable'
  | 'updateTable'
  | 'describeTimeToLive'
  | 'updateTimeToLive'
  | 'listTagsOfResource'
  | 'tagResource'
  | 'untagResource'
  | 'getItem'
  | 'putItem'
  | 'updateItem'
  | 'deleteItem'
  | 'batchGetItem'
  | 'batchWriteItem'
  | 'query'
  | 'scan'
  | 'transactGetItems'
  | 'transactWriteItems';

export interface DDBInterface {
  (): DynamoDB;
  DynamoDB: typeof DynamoDB;
  set(client: DynamoDB): void;
  revert(): void;
  local(endpoint?: string): void;
}

export function createDdb(): DDBInterface {
  let standard: DynamoDB | undefined;
  let custom: DynamoDB | undefined;
  let isCustom = false;
  const ddb = (): DynamoDB => {
    if (isCustom) return custom as DynamoDB;
    const Client = sdk().DynamoDB;
    return (standard ??= new Client({}));
  };
  const set = (client: DynamoDB): void => {
    custom = client;
    isCustom = true;
  };
  return Object.defineProperty(
    Object.assign(ddb, {
      set,
      revert: () => {
        isCustom = false;
      },
      local: (endpoint = 'http://localhost:8000') => {
        const Client = sdk().DynamoDB;
        set(new Client({ endpoint }));
      },
    }),
    'DynamoDB',
    { enumerable: true, get: () => sdk().DynamoDB },
  ) as DDBInterface;
}

/** Sends one request, and says so to the log. */
export async function send<R extends object>(
  ddb: DDBInterface,
  operation: Operation,
  request: object,
): Promise<R> {
  log(() => event(operation, 'request', request));
  const client = ddb() as unknown as Record<Operation, (request: object) => Promise<R>>;
  const response = await client[operation](request);
  log(() => event(operation, 'response', response));
  return response;
}

function event(
  operation: Operation,
  direction: 'request' | 'response',
  payload: unknown,
): LogEvent {
  return {
    level: 'debug',
    category: `aws:dynamodb:${operation}:${direction}`,
    message: JSON.stringify(payload, null, 4) ?? 'undefined',
    payload: { [direction]: payload },
  };
}
