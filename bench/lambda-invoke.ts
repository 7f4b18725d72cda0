/**
 * What does an invocation cost over an HTTP server that answers at once? Warm, through the public API,
 * a Node function that returns its event: the time of one after the other, and how many fit in a second.
 *
 * The bare server is `node:http` reading the body and answering the same bytes. Each is one process;
 * rounds alternate.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { zip } from '../examples/notes/zip.ts';
import { runLoad } from './http-load.ts';
import { median, report } from './measure.ts';

const ROUNDS = 3;
const SECONDS = 2;
/** In flight: more than one environment, fewer than the machine can hold. */
const CONNECTIONS = 4;
const COLD_STARTS = 5;
const BODY = JSON.stringify({ text: 'hello' });
const HANDLER = 'export const handler = async (event) => event;';
const TARGET_ABOVE_BARE_MS = 0.5;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';

async function main(): Promise<void> {
  const bare = await startServer('bare');
  const brume = await startServer('brume');
  try {
    const lambda = new LambdaClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${brume.port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const coldMs = await coldStarts(lambda);
    await measure(brume.port, CONNECTIONS);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        bare: await measure(bare.port, 1),
        warm: await measure(brume.port, 1),
        many: await measure(brume.port, CONNECTIONS),
      });
    }
    const aboveMs = median(rounds.map(({ bare, warm }) => warm.p50Ms - bare.p50Ms));
    report({
      bench: 'lambda-invoke',
      bareP50Ms: median(rounds.map(({ bare }) => bare.p50Ms)),
      warmP50Ms: median(rounds.map(({ warm }) => warm.p50Ms)),
      aboveBareMs: aboveMs,
      targetAboveBareMs: TARGET_ABOVE_BARE_MS,
      perSecond: median(rounds.map(({ many }) => many.perSecond)),
      inFlight: CONNECTIONS,
      coldStartMs: coldMs,
    });
  } finally {
    bare.child.kill();
    brume.child.kill('SIGINT');
    await once(brume.child, 'exit');
  }
}

/** First invocations of new functions, through the SDK; the last one stays for the warm ones. */
async function coldStarts(lambda: LambdaClient): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const FunctionName = i === COLD_STARTS - 1 ? 'echo' : `cold${i}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/bench',
        Code: { ZipFile: zip(new Map([['index.mjs', Buffer.from(HANDLER)]])) },
      }),
    );
    const startedMs = performance.now();
    await lambda.send(new InvokeCommand({ FunctionName, Payload: BODY }));
    times.push(performance.now() - startedMs);
  }
  return median(times);
}

async function measure(port: number, connections: number) {
  const request = Buffer.from(
    `POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
      `authorization: ${AUTHORIZATION}\r\ncontent-type: application/json\r\n` +
      `content-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  const result = await runLoad({ port, requests: [request], connections, seconds: SECONDS });
  if (result.failures) throw new Error(`${result.failures} requests failed`);
  return result;
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
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      response.writeHead(200, headers).end(body);
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
