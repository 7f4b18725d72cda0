/**
 * What share of a bare HTTP server's speed is left behind an HTTP API: before an endpoint that answers
 * at once (HTTP_PROXY), and before a Lambda function in a process of its own (AWS_PROXY, format 2.0)?
 *
 * The bare server is `node:http` reading the body and answering the same bytes; it is the endpoint, too.
 * Each is one process; rounds alternate.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import {
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { zip } from '../examples/notes/zip.ts';
import { runLoad } from './http-load.ts';
import { median, report } from './measure.ts';

const ROUNDS = 3;
const SECONDS = 2;
const CONNECTIONS = 32;
const BODY = JSON.stringify({ text: 'a note of some length '.repeat(10) });

const CASES = [
  { name: 'HTTP_PROXY', target: 0.35 },
  { name: 'AWS_PROXY', target: 0.15 },
] as const;

const HANDLER = `exports.handler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: event.body,
});`;

async function main(): Promise<void> {
  const bare = await startServer('bare');
  const brume = await startServer('brume');
  try {
    const paths = await prepare(brume.port, bare.port);
    const rates: Record<string, number[]> = { bare: [], HTTP_PROXY: [], AWS_PROXY: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates['bare']?.push(await measure(bare.port, '/'));
      for (const { name } of CASES) rates[name]?.push(await measure(brume.port, paths[name]));
    }
    const bareRates = rates['bare'] ?? [];
    report({ bench: 'http-api', name: 'bare node:http', perSecond: median(bareRates) });
    for (const { name, target } of CASES) {
      const own = rates[name] ?? [];
      const ofBare = median(own.map((rate, round) => rate / (bareRates[round] ?? Number.NaN)));
      report({ bench: 'http-api', name, perSecond: median(own), ofBare, target });
    }
  } finally {
    bare.child.kill();
    brume.child.kill('SIGINT');
    await once(brume.child, 'exit');
  }
}

async function measure(port: number, path: string): Promise<number> {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `content-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  const load = { port, requests: [request], connections: CONNECTIONS, seconds: SECONDS };
  const { perSecond, failures } = await runLoad(load);
  if (failures) throw new Error(`${failures} requests to ${path} failed`);
  return perSecond;
}

/** One API before the bare server, one before a function: their paths. */
async function prepare(port: number, barePort: number) {
  const options = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const lambda = new LambdaClient(options);
  const FunctionName = 'echo';
  const { FunctionArn } = await lambda.send(
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
  const gateway = new ApiGatewayV2Client(options);
  const create = async (Name: string, Target: string | undefined) => {
    const { ApiId } = await gateway.send(
      new CreateApiCommand({ Name, ProtocolType: 'HTTP', Target }),
    );
    return `/_aws/execute-api/${ApiId}/`;
  };
  const paths = {
    HTTP_PROXY: await create('endpoint', `http://127.0.0.1:${barePort}/`),
    AWS_PROXY: await create('function', FunctionArn),
  };
  // Environments start with the first requests; what is measured is warm.
  await runLoad({
    port,
    requests: [Buffer.from(`GET ${paths.AWS_PROXY} HTTP/1.1\r\nhost: a\r\n\r\n`)],
    connections: CONNECTIONS,
    seconds: 3,
  });
  return paths;
}

async function startServer(role: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [import.meta.filename, role], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

function serveBare(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
      });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function serveBrume(): Promise<void> {
  const { createBrume } = await import('../packages/brume/src/brume.ts');
  const write = (text: string) => void process.stdout.write(text);
  const brume = await createBrume({ port: 0, memory: true }, { write });
  const { port } = await brume.listen();
  process.once('SIGINT', () => void brume.close().then(() => process.exit()));
  process.send?.(port);
}

const [role] = process.argv.slice(2);
if (role === 'bare') serveBare();
else if (role === 'brume') await serveBrume();
else await main();
