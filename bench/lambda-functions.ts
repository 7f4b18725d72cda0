/** Functions for the benchmarks of Lambda. */
import {
  CreateFunctionCommand,
  LambdaClient,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { zip } from '../examples/notes/zip.ts';

export const ECHO = { 'index.mjs': 'export const handler = async (event) => event;' };
export const PYTHON_ECHO = { 'index.py': 'def handler(event, context):\n    return event\n' };

export function lambdaAt(port: number): LambdaClient {
  return new LambdaClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

export async function createFunction(
  lambda: LambdaClient,
  FunctionName: string,
  files: Readonly<Record<string, string | Uint8Array>> = ECHO,
  options: Partial<CreateFunctionCommandInput> = {},
): Promise<void> {
  const entries = Object.entries(files).map(([name, file]) => [name, Buffer.from(file)] as const);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/bench',
      Code: { ZipFile: zip(new Map(entries)) },
      ...options,
    }),
  );
}
