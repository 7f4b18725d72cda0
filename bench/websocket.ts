/**
 * How much memory do idle WebSockets hold, and how soon does a message to each of many connections reach
 * them all by `@connections`?
 *
 * Clients are bare sockets, so that what is measured is the server; they and the sender are this process.
 * Linux only: the server's resident memory is read from `/proc`.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { residentMegabytes, rounded, report } from './measure.ts';
import { startBrume } from './servers.ts';

const IDLE = 20_000;
/** Files that a process has open beside its connections. */
const OTHER_FILES = 200;
const RECEIVERS = 5_000;
const ROUNDS = 3;
const CONNECTING_MAX = 100;
const SENDERS = 32;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

async function main(): Promise<void> {
  const brume = await startBrume({
    memory: true,
    host: '127.0.0.1',
    // AWS's limits let 500 connect a second.
    webSocketLimits: 'relaxed',
  });
  const sockets: Socket[] = [];
  try {
    const path = await prepare(brume.port);
    const before = await residentMegabytes(brume.child.pid);
    const idle = Math.min(IDLE, (await openFilesMax()) - OTHER_FILES);
    await inTurns(idle, CONNECTING_MAX, async (at) => {
      sockets.push(await open(brume.port, path, at));
    });
    const each = ((await residentMegabytes(brume.child.pid)) - before) / idle;
    report({
      bench: 'websocket',
      name: `${idle} idle`,
      kibibytesEach: each * 1024,
      [`mebibytesWith${IDLE}`]: before + each * IDLE,
      target: 600,
    });
    const ids = await Promise.all(sockets.slice(0, RECEIVERS).map(connectionId));
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      seconds.push(await broadcast(brume.port, path, sockets.slice(0, RECEIVERS), ids));
    }
    const best = Math.min(...seconds);
    const all = seconds.map(rounded).join(' ');
    report({
      bench: 'websocket',
      name: `broadcast to ${RECEIVERS}`,
      seconds: best,
      all,
      target: 2,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    await brume.stop();
  }
}

/** An API whose `$default` route tells a client its own connection id. Answers its stage's path. */
async function prepare(port: number): Promise<string> {
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new ApiGatewayV2Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const { ApiId } = await client.send(
    new CreateApiCommand({
      Name: 'bench',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    }),
  );
  // Without a route for it, the frame that says so names the connection.
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({ ApiId, IntegrationType: 'MOCK' }),
  );
  const Target = `integrations/${IntegrationId}`;
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: 'unused', Target }));
  await client.send(new CreateStageCommand({ ApiId, StageName: 'dev', AutoDeploy: true }));
  client.destroy();
  return `/_aws/execute-api/${ApiId}/dev`;
}

async function open(port: number, path: string, at: number): Promise<Socket> {
  // Ports of one address would run out.
  const localAddress = `127.0.0.${2 + (at % 8)}`;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString());
  return socket;
}

async function connectionId(socket: Socket): Promise<string> {
  // The text `{}`, masked with zeros.
  socket.write(Buffer.of(0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d));
  const [frame] = (await once(socket, 'data')) as [Buffer];
  const said = JSON.parse(
    frame
      .subarray(2)
      .toString()
      .replace(/^[^{]*/, ''),
  ) as {
    connectionId: string;
  };
  return said.connectionId;
}

/** Seconds from the first message sent to the last one received. */
async function broadcast(
  port: number,
  path: string,
  sockets: readonly Socket[],
  ids: readonly string[],
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const received = Promise.all(sockets.map((socket) => once(socket, 'data')));
  const startedMs = performance.now();
  await inTurns(ids.length, SENDERS, (at) => post(agent, port, `${path}/@connections/${ids[at]}`));
  await received;
  agent.destroy();
  return (performance.now() - startedMs) / 1000;
}

async function post(agent: Agent, port: number, path: string): Promise<void> {
  const sent = request({ agent, port, host: '127.0.0.1', path, method: 'POST' });
  sent.setHeader(
    'authorization',
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
  );
  sent.end('{"text":"a message of some length to everybody"}');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`@connections answered ${response.statusCode}`);
  response.resume();
  await once(response, 'end');
}

/** Runs `task` for 0 … count, so many at one time. */
async function inTurns(
  count: number,
  parallel: number,
  task: (at: number) => Promise<void>,
): Promise<void> {
  let at = 0;
  const lane = async () => {
    while (at < count) await task(at++);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

async function openFilesMax(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'latin1');
  return Number(/Max open files\s+(\d+)/.exec(limits)?.[1]);
}

await main();
