/**
 * What share of a bare HTTP server's speed is left when every request goes through the whole of Brume?
 *
 * The bare server is `node:http` parsing the request's JSON and answering the same JSON: an item of some
 * 600 bytes, as GetItem answers and PutItem takes. Brume runs with a data folder: a PutItem is answered
 * when it is durable. Each is one process; rounds alternate.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { requestBytes, runLoad } from './http-load.ts';
import { median, report } from './measure.ts';

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = 64;
const ITEMS = 2000;
const TABLE = 'Bench';
/** 16 attributes and about 600 bytes of JSON, as a typical item has. */
const ATTRIBUTES = 14;

const targets = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20261122T120000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, ' +
    `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
});

const gets = requests('GetItem', (at) => ({ TableName: TABLE, Key: { pk: { S: `key-${at}` } } }));
const puts = requests('PutItem', (at, round) => ({ TableName: TABLE, Item: item(at, round) }));

function requests(operation: string, body: (at: number, round: number) => unknown): Uint8Array[] {
  return Array.from({ length: ITEMS * 2 }, (_, at) =>
    requestBytes(targets(operation), JSON.stringify(body(at % ITEMS, Math.floor(at / ITEMS)))),
  );
}

/** SQLite skips pages whose bytes do not change: each round writes other values. */
function item(at: number, round: number): Record<string, unknown> {
  const attributes = Array.from({ length: ATTRIBUTES }, (_, index) => [
    `attribute${index}`,
    { S: `value ${round} of ${at}` },
  ]);
  return { pk: { S: `key-${at}` }, count: { N: String(at) }, ...Object.fromEntries(attributes) };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(process.cwd(), '.bench-'));
  const bare = await startServer(['bare']);
  const brume = await startServer(['brume', folder]);
  try {
    await prepare(brume.port);
    const ratios = { get: [] as number[], put: [] as number[] };
    const rates = { bare: [] as number[], get: [] as number[], put: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const measure = async (port: number, load: Uint8Array[]) => {
        const result = await runLoad({
          port,
          requests: load,
          connections: CONNECTIONS,
          seconds: SECONDS,
        });
        if (result.failures) throw new Error(`${result.failures} requests failed`);
        return result.perSecond;
      };
      const bareRate = await measure(bare.port, puts);
      const brumeGets = await measure(brume.port, gets);
      const brumePuts = await measure(brume.port, puts);
      rates.bare.push(bareRate);
      rates.get.push(brumeGets);
      rates.put.push(brumePuts);
      ratios.get.push(brumeGets / bareRate);
      ratios.put.push(brumePuts / bareRate);
    }
    report({ bench: 'pipeline', name: 'bare node:http', perSecond: median(rates.bare) });
    for (const [name, target] of [
      ['get', 0.5],
      ['put', 0.3],
    ] as const) {
      const operation = name === 'get' ? 'GetItem' : 'PutItem, durable';
      const perSecond = median(rates[name]);
      report({
        bench: 'pipeline',
        name: operation,
        perSecond,
        ofBare: median(ratios[name]),
        target,
      });
    }
  } finally {
    bare.child.kill();
    brume.child.kill('SIGINT');
    await once(brume.child, 'exit');
    await rm(folder, { recursive: true });
  }
}

async function prepare(port: number): Promise<void> {
  await send(port, 'CreateTable', {
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  while (!(await isActive(port)));
  for (let at = 0; at < ITEMS; at++)
    await send(port, 'PutItem', { TableName: TABLE, Item: item(at, 2) });
}

async function isActive(port: number): Promise<boolean> {
  const { Table } = (await send(port, 'DescribeTable', { TableName: TABLE })) as {
    Table: { TableStatus: string };
  };
  return Table.TableStatus === 'ACTIVE';
}

async function send(port: number, operation: string, input: unknown): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: targets(operation),
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
  return response.json();
}

async function startServer(words: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [import.meta.filename, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

/** The floor: HTTP and JSON, nothing else. */
function serveBare(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function serveBrume(dataFolder: string): Promise<void> {
  const { createBrume } = await import('../packages/brume/src/brume.ts');
  const brume = await createBrume(
    { port: 0, dataFolder },
    { write: (text) => void process.stdout.write(text) },
  );
  const { port } = await brume.listen();
  process.once('SIGINT', () => void brume.close().then(() => process.exit()));
  process.send?.(port);
}

const [role, folder] = process.argv.slice(2);
if (role === 'bare') serveBare();
else if (role === 'brume') await serveBrume(folder as string);
else await main();
