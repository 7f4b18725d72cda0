/** A page of 250 stored items, and every modelling library's way to read it from a client in memory. */
import { createRequire } from 'node:module';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoose as dropIn } from '../../packages/model/src/dynamoose/dynamoose.ts';
import { entity } from '../../packages/model/src/entity/entity.ts';
import { model } from '../../packages/model/src/model/model.ts';
import { table } from '../../packages/model/src/table/table.ts';
import { attributes, attributesIn, plainItem } from './item.ts';

export const ITEMS = 250;
export type ReadPage = () => Promise<unknown[]>;

// The libraries are development dependencies of the model's package, seen from there.
const require = createRequire(new URL('../../packages/model/package.json', import.meta.url));
type Loose = any; // oxlint-disable-line typescript/no-explicit-any -- each library has its own types

const wire = JSON.stringify(
  Array.from({ length: ITEMS }, (_, index) => marshall(plainItem(index))),
);

/** The page that the next request answers. */
let ready: { [name: string]: Loose }[] = [];

/** New objects for every page, as the SDK makes them from JSON; not the libraries' own work. */
export function preparePage(): void {
  ready = JSON.parse(wire) as typeof ready;
}

function page(extra?: object): Loose {
  const Items = extra ? ready.map((item) => ({ ...item, ...extra })) : ready;
  return { Items, Count: ITEMS, ScannedCount: ITEMS };
}

/** The same as the SDK's document client gives it. */
function plainPage(extra: object = {}): Loose {
  const { Items, ...rest } = page() as { Items: never[] };
  return { ...rest, Items: Items.map((item) => ({ ...unmarshall(item), ...extra })) };
}

function brume(): ReadPage {
  const users = table({ name: 'users', partitionKey: 'id' });
  const User = entity({ name: 'user', table: users, attributes });
  const scan = model(User, { client: { execute: async () => page() } }).scan();
  return async () => (await scan.page()).items;
}

function dynamoose({ Schema, Table, aws, model: define }: Loose): ReadPage {
  aws.ddb.set({ scan: async () => page() });
  const definition = attributesIn<unknown>({
    text: () => String,
    digits: () => Number,
    flag: () => Boolean,
    date: () => ({ type: { value: Date, settings: { storage: 'iso' } } }),
    choice: (...values) => ({ type: String, enum: values }),
    list: (element) => ({ type: Array, schema: [element] }),
    map: (fields) => ({ type: Object, schema: fields }),
  });
  const User = define('users', new Schema(definition));
  void new Table('users', [User], { create: false, waitForActive: { enabled: false } });
  return () => User.scan().exec();
}

function electrodb(): ReadPage {
  const { Entity } = require('electrodb');
  const keys = { __edb_e__: 'user', __edb_v__: '1', pk: '$app#id_x', sk: '$user_1' };
  const client = { send: async () => plainPage(keys), createSet: (value: unknown) => value };
  const definition = attributesIn<object>({
    text: () => ({ type: 'string' }),
    digits: () => ({ type: 'number' }),
    flag: () => ({ type: 'boolean' }),
    date: () => ({ type: 'string' }),
    choice: (...values) => ({ type: values }),
    list: (element) => ({ type: 'list', items: element }),
    map: (fields) => ({ type: 'map', properties: fields }),
  });
  const byId = { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } };
  const User = new Entity(
    {
      model: { entity: 'user', version: '1', service: 'app' },
      attributes: definition,
      indexes: { byId },
    },
    { client: { ...client, config: {} }, table: 'users' },
  );
  return async () => User.parse(plainPage(keys)).data;
}

function toolbox(): ReadPage {
  const { Table } = require('dynamodb-toolbox/table');
  const { ScanCommand } = require('dynamodb-toolbox/table/actions/scan');
  const { Entity } = require('dynamodb-toolbox/entity');
  const { item, string, number, boolean, list, map } = require('dynamodb-toolbox/schema');
  const documentClient = { send: async () => plainPage({ _et: 'user' }) };
  const partitionKey = { name: 'id', type: 'string' };
  const users = new Table({ name: 'users', partitionKey, documentClient });
  const definition = attributesIn<Loose>({
    text: () => string(),
    digits: () => number(),
    flag: () => boolean(),
    date: () => string(),
    choice: (...values) => string().enum(...values),
    list,
    map,
  });
  const schema = item({ ...definition, id: string().key() });
  const User = new Entity({ name: 'user', table: users, timestamps: false, schema });
  return async () => (await users.build(ScanCommand).entities(User).send()).Items;
}

function onetable(): ReadPage {
  const { Table } = require('dynamodb-onetable');
  const { Dynamo } = require('dynamodb-onetable/Dynamo');
  const User = attributesIn<object>({
    text: () => ({ type: String }),
    digits: () => ({ type: Number }),
    flag: () => ({ type: Boolean }),
    date: () => ({ type: Date, isoDates: true }),
    choice: () => ({ type: String }),
    list: (element) => ({ type: Array, items: element }),
    map: (fields) => ({ type: Object, schema: fields }),
  });
  const indexes = { primary: { hash: 'id' } };
  const users = new Table({
    name: 'users',
    client: new Dynamo({ client: { send: async () => page({ _type: { S: 'User' } }) } }),
    partial: false,
    logger: false,
    schema: { format: 'onetable:1.1.0', version: '0.0.1', indexes, params: {}, models: { User } },
  });
  const model = users.getModel('User');
  return () => model.scan();
}

export const libraries: Record<string, () => ReadPage> = {
  '@brume/model': brume,
  'util-dynamodb': () => async () => plainPage().Items,
  electrodb,
  'dynamodb-toolbox': toolbox,
  'dynamodb-onetable': onetable,
  '@brume/model/dynamoose': () => dynamoose(dropIn),
  dynamoose: () => dynamoose(require('dynamoose')),
};
