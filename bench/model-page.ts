/**
 * How long does each modelling library take to turn a page of 250 items into its results?
 *
 * Every library reads the same stored items through a client in memory that answers at once, so that
 * only its own work, and the SDK's unmarshalling where it relies on that, is measured.
 */
import { createRequire } from 'node:module';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { entity } from '../packages/model/src/entity/entity.ts';
import { model } from '../packages/model/src/model/model.ts';
import { table } from '../packages/model/src/table/table.ts';
import { median, report } from './measure.ts';
import { attributes, plainItem } from './model/item.ts';

const ITEMS = 250;
const ROUNDS = 15;
/** The slow ones would otherwise take minutes. */
const ROUND_BUDGET_MS = 4000;

// The libraries are development dependencies of the model's package, seen from there.
const require = createRequire(new URL('../packages/model/package.json', import.meta.url));
type Loose = any; // oxlint-disable-line typescript/no-explicit-any -- each library has its own types

/** New objects for every page, as the SDK makes them from JSON. */
const wire = JSON.stringify(
  Array.from({ length: ITEMS }, (_, index) => marshall(plainItem(index))),
);
const page = (extra: object = {}): Loose => {
  const Items = (JSON.parse(wire) as object[]).map((item) => ({ ...item, ...extra }));
  return { Items, Count: ITEMS, ScannedCount: ITEMS };
};
const plainPage = (extra: object = {}): Loose => {
  const { Items, ...rest } = page() as { Items: never[] };
  return { ...rest, Items: Items.map((item) => ({ ...unmarshall(item), ...extra })) };
};

function brume(): () => Promise<unknown[]> {
  const users = table({ name: 'users', partitionKey: 'id' });
  const User = entity({ name: 'user', table: users, attributes });
  const client = { execute: async () => page() };
  const scan = model(User, { client }).scan();
  return async () => (await scan.page()).items;
}

function dynamoose(): () => Promise<unknown[]> {
  const { Schema, Table, aws, model: define } = require('dynamoose');
  aws.ddb.set({ scan: async () => page() });
  const lines = {
    type: Array,
    schema: [{ type: Object, schema: { sku: String, quantity: Number, price: Number } }],
  };
  const geo = { type: Object, schema: { lat: Number, lon: Number } };
  const address = { type: Object, schema: { street: String, city: String, zip: String, geo } };
  const date = { type: { value: Date, settings: { storage: 'iso' } } };
  const User = define(
    'users',
    new Schema({
      id: String,
      email: String,
      name: String,
      age: Number,
      active: Boolean,
      role: { type: String, enum: ['admin', 'user'] },
      createdAt: date,
      updatedAt: date,
      score: Number,
      tags: { type: Array, schema: [String] },
      bio: String,
      country: String,
      visits: Number,
      verified: Boolean,
      address,
      lines,
    }),
  );
  void new Table('users', [User], { create: false, waitForActive: { enabled: false } });
  return () => User.scan().exec();
}

function electrodb(): () => Promise<unknown[]> {
  const { Entity } = require('electrodb');
  const text = { type: 'string' };
  const digits = { type: 'number' };
  const client = {
    send: async () =>
      plainPage({ __edb_e__: 'user', __edb_v__: '1', pk: '$app#id_x', sk: '$user_1' }),
    createSet: (value: unknown) => value,
  };
  const User = new Entity(
    {
      model: { entity: 'user', version: '1', service: 'app' },
      attributes: {
        id: text,
        email: text,
        name: text,
        age: digits,
        active: { type: 'boolean' },
        role: { type: ['admin', 'user'] },
        createdAt: text,
        updatedAt: text,
        score: digits,
        tags: { type: 'list', items: text },
        bio: text,
        country: text,
        visits: digits,
        verified: { type: 'boolean' },
        address: {
          type: 'map',
          properties: {
            street: text,
            city: text,
            zip: text,
            geo: { type: 'map', properties: { lat: digits, lon: digits } },
          },
        },
        lines: {
          type: 'list',
          items: { type: 'map', properties: { sku: text, quantity: digits, price: digits } },
        },
      },
      indexes: {
        byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
      },
    },
    { client: { ...client, config: {} }, table: 'users' },
  );
  return async () =>
    User.parse(plainPage({ __edb_e__: 'user', __edb_v__: '1', pk: '$app#id_x', sk: '$user_1' }))
      .data;
}

function toolbox(): () => Promise<unknown[]> {
  const { Table } = require('dynamodb-toolbox/table');
  const { ScanCommand } = require('dynamodb-toolbox/table/actions/scan');
  const { Entity } = require('dynamodb-toolbox/entity');
  const { item, string, number, boolean, list, map } = require('dynamodb-toolbox/schema');
  const documentClient = { send: async () => plainPage({ _et: 'user' }) };
  const users = new Table({
    name: 'users',
    partitionKey: { name: 'id', type: 'string' },
    documentClient,
  });
  const User = new Entity({
    name: 'user',
    table: users,
    timestamps: false,
    schema: item({
      id: string().key(),
      email: string(),
      name: string(),
      age: number(),
      active: boolean(),
      role: string().enum('admin', 'user'),
      createdAt: string(),
      updatedAt: string(),
      score: number(),
      tags: list(string()),
      bio: string(),
      country: string(),
      visits: number(),
      verified: boolean(),
      address: map({
        street: string(),
        city: string(),
        zip: string(),
        geo: map({ lat: number(), lon: number() }),
      }),
      lines: list(map({ sku: string(), quantity: number(), price: number() })),
    }),
  });
  return async () => (await users.build(ScanCommand).entities(User).send()).Items;
}

function onetable(): () => Promise<unknown[]> {
  const { Table } = require('dynamodb-onetable');
  const { Dynamo } = require('dynamodb-onetable/Dynamo');
  const text = { type: String };
  const digits = { type: Number };
  const users = new Table({
    name: 'users',
    client: new Dynamo({ client: { send: async () => page({ _type: { S: 'User' } }) } }),
    partial: false,
    logger: false,
    schema: {
      format: 'onetable:1.1.0',
      version: '0.0.1',
      indexes: { primary: { hash: 'id' } },
      params: {},
      models: {
        User: {
          id: text,
          email: text,
          name: text,
          age: digits,
          active: { type: Boolean },
          role: { type: String, enum: ['admin', 'user'] },
          createdAt: { type: Date, isoDates: true },
          updatedAt: { type: Date, isoDates: true },
          score: digits,
          tags: { type: Array, items: text },
          bio: text,
          country: text,
          visits: digits,
          verified: { type: Boolean },
          address: {
            type: Object,
            schema: {
              street: text,
              city: text,
              zip: text,
              geo: { type: Object, schema: { lat: digits, lon: digits } },
            },
          },
          lines: {
            type: Array,
            items: { type: Object, schema: { sku: text, quantity: digits, price: digits } },
          },
        },
      },
    },
  });
  const User = users.getModel('User');
  return () => User.scan();
}

const libraries: Record<string, () => () => Promise<unknown[]>> = {
  '@brume/model': brume,
  'util-dynamodb': () => async () => plainPage().Items,
  electrodb,
  'dynamodb-toolbox': toolbox,
  'dynamodb-onetable': onetable,
  dynamoose,
};

/** Parsing the JSON is the fake client's work, not the libraries'. */
const parsing = await measure(async () => page().Items);
const medians = new Map<string, number>();
for (const [library, make] of Object.entries(libraries)) {
  const read = make();
  const items = await read();
  if (items.length !== ITEMS || (items[3] as { visits?: number }).visits !== 1237) {
    throw new Error(`${library} read something else`);
  }
  medians.set(library, (await measure(read)) - parsing);
}
for (const [library, ms] of medians) {
  report({
    question: 'model-page',
    library,
    msPerPage: ms,
    timesBrume: ms / (medians.get('@brume/model') as number),
  });
}

async function measure(read: () => Promise<unknown[]>): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + ROUND_BUDGET_MS;
  for (let warm = 0; warm < 40 && performance.now() < end - ROUND_BUDGET_MS / 2; warm++)
    await read();
  while (times.length < ROUNDS && (times.length < 3 || performance.now() < end)) {
    const started = performance.now();
    await read();
    times.push(performance.now() - started);
  }
  return median(times);
}
