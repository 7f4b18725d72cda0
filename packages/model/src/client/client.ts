/** How requests reach DynamoDB: through whatever client the user has. */
import { invalidRequest } from '../errors.ts';
import type { Operation, Operations } from './operations.ts';

/**
 * Any of: a client of the AWS SDK v3 (`send(command)`), an object with one method per operation
 * (`getItem(input)`, such as the SDK's aggregated `DynamoDB` or a mock), or our own `Executor`.
 */
export type Client = Executor | SdkClient | OperationMethods;

export interface Executor {
  execute<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
  ): Promise<Operations[O]['output']>;
}

/** The SDK's own types need the SDK: this is what we rely on. */
interface SdkClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- the SDK's send is generic over commands
  send(command: any): Promise<any>;
}

type OperationMethods = {
  readonly [O in Operation as Uncapitalize<O>]?: (input: never) => Promise<unknown>;
};

/** The SDK's command classes by name, for who does not want them imported on the first request. */
export type Commands = { readonly [name: string]: new (input: never) => object };

export function executorOf(client: Client, commands?: Commands): Executor {
  if ('execute' in client) return client;
  const methods = client as { readonly [name: string]: unknown };
  return {
    async execute(operation, input) {
      const method = methods[operation[0]?.toLowerCase() + operation.slice(1)];
      if (typeof method === 'function') return method.call(client, input);
      if (!('send' in client)) throw invalidRequest(`the client has no way to ${operation}`);
      const known = commands ?? (await sdkCommands());
      const Command = known[`${operation}Command`];
      if (!Command) throw invalidRequest(`the SDK has no ${operation}Command`);
      return client.send(new Command(input as never));
    },
  };
}

/** Imported on the first request, so that importing the library does not load the SDK. */
async function sdkCommands(): Promise<Commands> {
  return (await import('@aws-sdk/client-dynamodb')) as unknown as Commands;
}
