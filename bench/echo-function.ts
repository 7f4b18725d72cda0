/** A function that answers what it was sent, for benchmarks of APIs before one. */
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { zip } from '../examples/notes/zip.ts';
import { runLoad } from './http-load.ts';

const HANDLER = `exports.handler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: event.body,
});`;

/** Its ARN. Any API may invoke it. */
export async function createEcho(options: object): Promise<string> {
  const lambda = new LambdaClient(options);
  const FunctionName = 'echo';
  const { FunctionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/bench',
      MemorySize: 256,
      Code: { ZipFile: zip(new Map([['index.js', Buffer.from(HANDLER)]])) },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30 }, { FunctionName });
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'apis',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  return FunctionArn;
}

/** Environments start with the first requests; what is measured is warm. */
export async function warmUp(port: number, path: string, connections: number): Promise<void> {
  const request = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}`;
  await runLoad({ port, requests: [Buffer.from(request)], connections, seconds: 3 });
}
