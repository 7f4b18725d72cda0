/**
 * How many requests per second reach a function through an API here, and in serverless-offline?
 *
 * Both have the same function behind a REST API and behind an HTTP API. There it runs in the server's own
 * process, here in sandboxes of its own, one for each request in flight. serverless-offline is no
 * dependency of this repository: npm fetches it for the measurement.
 */
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEcho, ECHO_HANDLER, measure, warmUp } from './echo-function.ts';
import { median, report } from './measure.ts';
import { startBrume, startPeer } from './servers.ts';
import type { Server } from './servers.ts';

const PEERS = ['serverless@3.40.0', 'serverless-offline@13.10.1'];
const PORT = 4700;
const ROUNDS = 5;
const TARGET = 3;

/** The events of serverless.yml, by kind of API: it has one server, and so a path for each. */
const EVENTS = {
  REST: { path: '/rest', event: 'http: { path: rest, method: post }' },
  HTTP: { path: '/http', event: 'httpApi: { path: /http, method: post }' },
} as const;
type Kind = keyof typeof EVENTS;
const KINDS = Object.keys(EVENTS) as Kind[];

async function main(folder: string): Promise<void> {
  const peer = await startServerlessOffline(folder);
  if (!peer) return;
  const brume = await startBrume({ memory: true });
  try {
    const paths = await prepare(brume.port);
    for (const kind of KINDS) {
      await warmUp(brume.port, paths[kind]);
      await warmUp(PORT, EVENTS[kind].path);
      const [own, theirs]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        own.push(await measure(brume.port, paths[kind]));
        theirs.push(await measure(PORT, EVENTS[kind].path));
      }
      const ratio = median(own.map((rate, round) => rate / (theirs[round] ?? Number.NaN)));
      report({
        ...{ bench: 'serverless-offline', name: `${kind} API`, perSecond: median(own) },
        ...{ theirs: median(theirs), ratio, target: TARGET },
      });
    }
  } finally {
    await Promise.all([brume.stop(), peer.stop()]);
  }
}

async function startServerlessOffline(folder: string): Promise<Server | undefined> {
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', ...PEERS];
  try {
    execFileSync('npm', install, { stdio: 'ignore' });
  } catch {
    // Without a network the other benchmarks shall still run.
    console.error(`npm cannot fetch ${PEERS.join(' and ')}: not measured`);
    return undefined;
  }
  const events = KINDS.map((kind) => `      - ${EVENTS[kind].event}`);
  const lines = [
    ...['service: bench', 'plugins: [serverless-offline]'],
    ...['provider: { name: aws, runtime: nodejs20.x }', 'functions:', '  echo:'],
    ...['    handler: index.handler', '    events:', ...events],
    `custom: { serverless-offline: { httpPort: ${PORT}, noPrependStageInUrl: true } }`,
  ];
  writeFileSync(join(folder, 'serverless.yml'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'index.js'), ECHO_HANDLER);
  const program = join(folder, 'node_modules/serverless/bin/serverless.js');
  return startPeer(process.execPath, [program, 'offline', 'start'], PORT, folder);
}

/** An API of each kind before the function: their paths. */
async function prepare(port: number): Promise<Record<Kind, string>> {
  const options = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const functionArn = await createEcho(options);
  const http = await new ApiGatewayV2Client(options).send(
    new CreateApiCommand({ Name: 'bench', ProtocolType: 'HTTP', Target: functionArn }),
  );
  const client = new APIGatewayClient(options);
  const rest = await client.send(new CreateRestApiCommand({ name: 'bench' }));
  const { id: restApiId = '', rootResourceId: resourceId = '' } = rest;
  const method = { restApiId, resourceId, httpMethod: 'POST' };
  await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const integration = { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri } as const;
  await client.send(new PutIntegrationCommand({ ...method, ...integration }));
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  return {
    REST: `/_aws/execute-api/${restApiId}/dev/`,
    HTTP: `/_aws/execute-api/${http.ApiId}/`,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'brume-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true });
}
