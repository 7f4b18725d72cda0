/**
 * What share of a bare HTTP server's speed is left when every request goes through the whole of Brume?
 *
 * The bare server is `node:http` parsing the request's JSON and answering the same JSON: an item of some
 * 600 bytes, as GetItem answers and PutItem takes. Brume runs with a data folder: a PutItem is answered
 * when it is durable. Each is one process; rounds alternate.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { callDynamoDB, createTable, dynamodbHeaders } from './dynamodb-requests.ts';
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

const gets = requests('GetItem', (at) => ({ TableName: TABLE, Key: { pk: { S: `key-${at}` } } }));
const puts = requests('PutItem', (at, round) => ({ TableName: TABLE, Item: item(at, round) }));

function requests(operation: string, body: (at: number, round: number) => unknown): Uint8Array[] {
  return Array.from({ length: ITEMS * 2 }, (_, at) =>
    requestBytes(
      dynamodbHeaders(operation),
      JSON.stringify(body(at % ITEMS, Math.floor(at / ITEMS))),
    ),
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
  await createTable(port, TABLE, 'pk');
  for (let at = 0; at < ITEMS; at++)
    await callDynamoDB(port, 'PutItem', { TableName: TABLE, Item: item(at, 2) });
}

await main();
