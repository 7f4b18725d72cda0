/** A function that answers what it was sent, and the load of benchmarks of APIs before one. */
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { zip } from '../examples/notes/zip.ts';
import { requestBytes, runLoad } from './http-load.ts';
import type { LoadResult } from './http-load.ts';

const SECONDS = 2;
const CONNECTIONS = 32;
const BODY = JSON.stringify({ text: 'a note of some length '.repeat(10) });
/** Of the function, as CommonJS. */
export const ECHO_HANDLER = `exports.handler = async (event) => ({
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
      Code: { ZipFile: zip(new Map([['index.js', Buffer.from(ECHO_HANDLER)]])) },
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
export async function warmUp(port: number, path: string): Promise<void> {
  await load(port, path, '{}', 3);
}

/** Requests per second to an API, or to what it is compared with. */
export async function measure(port: number, path: string): Promise<number> {
  const { perSecond, failures } = await load(port, path, BODY, SECONDS);
  if (failures) throw new Error(`${failures} requests to ${path} failed`);
  return perSecond;
}

/** The 99th percentile of their times, in milliseconds, at a rate that is no effort. */
export async function measureP99(port: number, path: string, perSecond: number): Promise<number> {
  const { p99Ms, failures } = await load(port, path, BODY, SECONDS, perSecond);
  if (failures) throw new Error(`${failures} requests to ${path} failed`);
  return p99Ms;
}

function load(
  port: number,
  path: string,
  body: string,
  seconds: number,
  perSecond?: number,
): Promise<LoadResult> {
  const request = requestBytes({ 'content-type': 'application/json' }, body, path);
  return runLoad({
    ...{ port, requests: [request], connections: CONNECTIONS, seconds },
    ...(perSecond !== undefined && { perSecond }),
  });
}
