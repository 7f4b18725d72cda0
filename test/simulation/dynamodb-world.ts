/**
 * DynamoDB in process on a disk that loses its power: clients count visits of shared items and move
 * them between branches, which an index follows. Whatever a client was told, of its own updates or of
 * others', is still so in the next life, and the index always shows just what the table holds.
 */
import assert from 'node:assert/strict';
import { Simulation } from '../../packages/brume/src/environment/simulated.ts';
import type { SimulatedEnvironment } from '../../packages/brume/src/environment/simulated.ts';
import { createDynamoDB } from '../../packages/brume/src/services/dynamodb/service.ts';
import type { Service } from '../../packages/brume/src/services/service.ts';
import { inLives } from './scratch.ts';
import { openSimulatedStore, planPowerCut } from './simulated-store.ts';
import type { Trace } from './trace.ts';

const LIVES = 3;
const CLIENTS = 6;
const ITEMS = 5;
const BRANCHES = ['north', 'south', 'west'] as const;
const STEPS_MAX = 150;
const PAUSE_MS_MAX = 8;
const TABLE = 'visits';
const INDEX = 'byBranch';
const CALLER = {
  accessKeyId: 'test',
  principalArn: 'arn:aws:iam::000000000000:root',
  userId: '000000000000',
};

interface Item {
  readonly id: string;
  readonly branch: string;
  readonly visits: number;
}

/** What clients were told, which no power cut may take back. */
class Told {
  /** The most visits that anybody has seen of an item. */
  readonly visits = new Map<string, number>();
  /** How many updates of an item were acknowledged, and how many were only asked for. */
  readonly acknowledged = new Map<string, number>();
  readonly asked = new Map<string, number>();
  tableExists = false;

  see({ id, visits }: Item): void {
    this.visits.set(id, Math.max(visits, this.visits.get(id) ?? 0));
  }

  /** What was asked for before and did not happen never will; what happened has now been seen. */
  beginAnew(items: readonly Item[]): void {
    this.asked.clear();
    this.acknowledged.clear();
    for (const item of items) {
      this.asked.set(item.id, item.visits);
      this.acknowledged.set(item.id, item.visits);
      this.see(item);
    }
  }

  check(items: readonly Item[]): void {
    const found = new Map(items.map(({ id, visits }) => [id, visits]));
    for (const [id, visits] of this.visits) {
      assert.ok((found.get(id) ?? 0) >= visits, `${id}: ${visits} were seen`);
    }
    for (const [id, asked] of this.asked) {
      const visits = found.get(id) ?? 0;
      const acknowledged = this.acknowledged.get(id) ?? 0;
      assert.ok(visits >= acknowledged, `${id}: ${visits} of ${acknowledged} are left`);
      assert.ok(visits <= asked, `${id}: ${visits}, but only ${asked} were asked for`);
    }
  }
}

export async function runDynamoDBWorld(seed: number, trace: Trace): Promise<void> {
  const simulation = new Simulation(seed);
  const told = new Told();
  await inLives(LIVES, async (folder, next, life) => {
    trace(`life ${life}`);
    await simulation.run(live(simulation, told, { folder, next }, trace));
  });
}

async function live(
  simulation: Simulation,
  told: Told,
  { folder, next }: { folder: string; next: string },
  trace: Trace,
): Promise<void> {
  const environment = simulation.environment(folder);
  const store = await openSimulatedStore(environment);
  const log = { log: (_: string, message: string) => assert.fail(message) };
  const service = createDynamoDB({ store, environment, log });
  const power = { on: true };
  planPowerCut(environment, 1 + simulation.prng.below(STEPS_MAX), next, () => {
    trace('power cut');
    power.on = false;
  });
  const client = new Client(environment, service, (line) => {
    if (power.on) trace(`${simulation.elapsedMs.toFixed(3)} ms ${line}`);
  });
  if (!told.tableExists) await client.createTable();
  if (power.on) told.tableExists = true;
  const items = await client.scan();
  told.check(items);
  assert.deepEqual(await client.queryAll(), items, 'the index does not show what the table holds');
  told.beginAnew(items);
  await Promise.all(Array.from({ length: CLIENTS }, () => client.visit(told, power)));
  await service.close();
  await store.close();
}

class Client {
  readonly #environment: SimulatedEnvironment;
  readonly #service: Service;
  readonly #trace: Trace;

  constructor(environment: SimulatedEnvironment, service: Service, trace: Trace) {
    this.#environment = environment;
    this.#service = service;
    this.#trace = trace;
  }

  async createTable(): Promise<void> {
    const attribute = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
    const keySchema = (name: string) => [{ AttributeName: name, KeyType: 'HASH' }];
    const creation = this.#execute('CreateTable', {
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [attribute('id'), attribute('branch')],
      KeySchema: keySchema('id'),
      GlobalSecondaryIndexes: [
        { IndexName: INDEX, KeySchema: keySchema('branch'), Projection: { ProjectionType: 'ALL' } },
      ],
    });
    // The life before may have made it without hearing so.
    await creation.catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'ResourceInUseException') throw error;
    });
  }

  async visit(told: Told, power: { readonly on: boolean }): Promise<void> {
    const { random, timers } = this.#environment;
    while (power.on) {
      await new Promise<void>((resolve) => {
        timers.after(random.fraction() * PAUSE_MS_MAX, resolve);
      });
      if (!power.on) return;
      const choice = random.fraction();
      if (choice < 0.7) await this.#update(told, power);
      else if (choice < 0.85) see(told, power, await this.#get());
      else see(told, power, await this.query(random.pick(BRANCHES)));
    }
  }

  async #update(told: Told, power: { readonly on: boolean }): Promise<void> {
    const { random } = this.#environment;
    const id = `item ${random.below(ITEMS)}`;
    told.asked.set(id, (told.asked.get(id) ?? 0) + 1);
    const { Attributes } = await this.#execute('UpdateItem', {
      TableName: TABLE,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD visits :one SET branch = :branch',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':branch': { S: random.pick(BRANCHES) } },
      ReturnValues: 'ALL_NEW',
    });
    if (!power.on) return;
    told.acknowledged.set(id, (told.acknowledged.get(id) ?? 0) + 1);
    see(told, power, [parse(Attributes)]);
  }

  async #get(): Promise<Item[]> {
    const Key = { id: { S: `item ${this.#environment.random.below(ITEMS)}` } };
    const { Item } = await this.#execute('GetItem', {
      TableName: TABLE,
      Key,
      ConsistentRead: true,
    });
    return Item === undefined ? [] : [parse(Item)];
  }

  async query(branch: string): Promise<Item[]> {
    const { Items } = await this.#execute('Query', {
      TableName: TABLE,
      IndexName: INDEX,
      KeyConditionExpression: 'branch = :branch',
      ExpressionAttributeValues: { ':branch': { S: branch } },
    });
    const items = (Items as unknown[]).map(parse);
    for (const item of items) assert.equal(item.branch, branch);
    return items;
  }

  async queryAll(): Promise<Item[]> {
    const found: Item[] = [];
    for (const branch of BRANCHES) found.push(...(await this.query(branch)));
    return found.sort(byId);
  }

  async scan(): Promise<Item[]> {
    const { Items } = await this.#execute('Scan', { TableName: TABLE, ConsistentRead: true });
    return (Items as unknown[]).map(parse).sort(byId);
  }

  async #execute(operation: string, input: unknown): Promise<Record<string, unknown>> {
    const output = await this.#service.execute(operation, input, {
      accountId: '000000000000',
      region: 'us-east-1',
      requestId: this.#environment.random.uuid(),
      caller: CALLER,
      baseUrl: 'http://127.0.0.1:4566',
    });
    this.#trace(`${operation} ${JSON.stringify(input)} → ${JSON.stringify(output)}`);
    return output as Record<string, unknown>;
  }
}

function see(told: Told, power: { readonly on: boolean }, items: readonly Item[]): void {
  if (power.on) for (const item of items) told.see(item);
}

/** Items leave the service as the JSON text that will be sent. */
function parse(item: unknown): Item {
  const { id, branch, visits } = JSON.parse((item as { text: string }).text);
  return { id: id.S, branch: branch.S, visits: Number(visits.N) };
}

function byId(left: Item, right: Item): number {
  return left.id < right.id ? -1 : 1;
}
