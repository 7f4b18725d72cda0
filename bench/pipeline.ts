/**
 * What share of a bare HTTP server's speed is left when every request goes through the whole of Brume?
 *
 * The bare server is `node:http` parsing the request's JSON and answering the same JSON: an item of some
 * 600 bytes, as GetItem answers and PutItem takes. Brume runs with a data folder: a PutItem is answered
 * when it is durable. Each is one process; rounds alternate.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { requestBytes, runLoad } from './http-load.ts';
import { median, report } from './measure.ts';
import { startBrume, startJsonEcho } from './servers.ts';

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
  const bare = await startJsonEcho();
  const brume = await startBrume({ dataFolder: folder });
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
    await Promise.all([bare.stop(), brume.stop()]);
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

await main();
