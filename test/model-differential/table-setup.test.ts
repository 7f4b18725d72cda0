/** How tables are created, waited for and kept up to date: the same requests as dynamoose's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Library, libraries } from './library.ts';

interface Index {
  IndexName: string;
  IndexStatus?: string;
}

interface TableState {
  TableStatus: string;
  GlobalSecondaryIndexes?: Index[];
  [member: string]: unknown;
}

interface UpdateRequest {
  GlobalSecondaryIndexUpdates?: { Create?: Index; Delete?: Index }[];
}

const active = (more: object = {}): TableState => ({
  TableStatus: 'ACTIVE',
  TableArn: 'arn',
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  ...more,
});

const gsi = (IndexName: string): object => ({
  IndexName,
  IndexStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
});

/** A table service in a plain object: what it creates or updates is active at the next look but one. */
function fakeTables(table: TableState | undefined): { client: object; requests: unknown[] } {
  const requests: unknown[] = [];
  let state = table;
  let busy = 0;
  const notFound = Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
  const operations: Record<string, (request: UpdateRequest) => object> = {
    describeTable: () => {
      if (!state) throw notFound;
      busy -= 1;
      return {
        Table: { ...structuredClone(state), ...(busy >= 0 && { TableStatus: 'UPDATING' }) },
      };
    },
    createTable: () => {
      state = active();
      busy = 2;
      return {};
    },
    updateTable: ({ GlobalSecondaryIndexUpdates = [] }) => {
      busy = 1;
      let indexes = state?.GlobalSecondaryIndexes ?? [];
      for (const { Create, Delete } of GlobalSecondaryIndexUpdates) {
        indexes = indexes.filter(({ IndexName }) => IndexName !== Delete?.IndexName);
        if (Create) indexes = [...indexes, { ...Create, IndexStatus: 'ACTIVE' }];
      }
      state = { ...active(), ...state, GlobalSecondaryIndexes: indexes };
      return {};
    },
    describeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }),
    listTagsOfResource: () => ({
      Tags: [
        { Key: 'a', Value: '0' },
        { Key: 'c', Value: '9' },
      ],
    }),
    getItem: () => ({ Item: { id: { S: 'i' } } }),
  };
  const client = new Proxy(
    {},
    {
      get: (_, operation: string) => async (request: UpdateRequest) => {
        requests.push([operation, structuredClone(request)]);
        return operations[operation]?.(request) ?? {};
      },
    },
  );
  return { client, requests };
}

const waits = { enabled: true, check: { timeout: 500, frequency: 0 } };
const indexed = { id: String, a: { type: String, index: { name: 'new' } } };
const everything = {
  create: true,
  update: true,
  expires: 5,
  tags: { a: 'b' },
  throughput: 4,
  tableClass: 'infrequentAccess',
  streamOptions: { enabled: true, type: 'KEYS_ONLY' },
};

const cases: [what: string, schema: object, options: object, table?: TableState][] = [
  [
    'creates a table and waits',
    { id: String, r: { type: Number, rangeKey: true } },
    { create: true },
  ],
  ['finds the table there', { id: String }, { create: true }, active()],
  ['only waits', { id: String }, { create: false }, active()],
  [
    'creates indexes of every kind',
    {
      id: String,
      a: { type: String, index: true },
      b: {
        type: Number,
        index: [
          { name: 'x', rangeKey: 'a', project: ['id'], throughput: { read: 3, write: 4 } },
          { type: 'local', project: false },
        ],
      },
    },
    { create: true, prefix: 'p-', suffix: '-s' },
  ],
  ['creates on demand', indexed, { create: true, throughput: 'ON_DEMAND' }],
  [
    'enables the time to live',
    { id: String },
    { create: true, expires: { ttl: 5, attribute: 'gone' } },
  ],
  ['updates the throughput', { id: String }, { update: ['throughput'], throughput: 5 }, active()],
  [
    'updates to on demand',
    { id: String },
    { update: ['throughput'], throughput: 'ON_DEMAND' },
    active(),
  ],
  ['leaves the throughput', { id: String }, { update: ['throughput'], throughput: 1 }, active()],
  ['adds an index', indexed, { update: ['indexes'] }, active()],
  [
    'leaves an index',
    indexed,
    { update: ['indexes'] },
    active({ GlobalSecondaryIndexes: [gsi('new')] }),
  ],
  [
    'replaces an index',
    indexed,
    { update: ['indexes'] },
    active({ GlobalSecondaryIndexes: [gsi('old')] }),
  ],
  ['updates tags', { id: String }, { update: ['tags'], tags: { a: '1', b: '2' } }, active()],
  [
    'updates the class',
    { id: String },
    { update: ['tableClass'], tableClass: 'infrequentAccess' },
    active(),
  ],
  [
    'updates streams',
    { id: String },
    { update: ['streams'], streamOptions: { enabled: true, type: 'NEW_IMAGE' } },
    active(),
  ],
  [
    'turns streams off',
    { id: String },
    { update: ['streams'] },
    active({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' } }),
  ],
  ['does everything to a new table', indexed, everything],
  ['does everything to an old table', indexed, everything, active()],
];

async function setUp(
  library: Library,
  schema: object,
  options: object,
  table: TableState | undefined,
): Promise<unknown[]> {
  const { client, requests } = fakeTables(structuredClone(table));
  library.aws.ddb.set(client as never);
  const settings = { create: false, waitForActive: waits, ...options };
  const Thing = library.model('Thing', schema as never, settings);
  await Thing.get('i');
  return requests;
}

for (const [what, schema, options, table] of cases) {
  test(`the set-up of a table ${what}`, async () => {
    const theirs = await setUp(libraries.theirs, schema, options, table);
    assert.deepEqual(await setUp(libraries.ours, schema, options, table), theirs);
  });
}

// Dynamoose deletes the index and leaves it at that until the next start.
test('the set-up of a table remakes an index that projects something else', async () => {
  const schema = { id: String, a: { type: String, index: { name: 'new', project: false } } };
  const table = active({ GlobalSecondaryIndexes: [gsi('new')] });
  const requests = await setUp(libraries.ours, schema, { update: ['indexes'] }, table);
  const changes = (requests as [string, UpdateRequest][]).flatMap(
    ([, { GlobalSecondaryIndexUpdates = [] }]) => GlobalSecondaryIndexUpdates.flatMap(Object.keys),
  );
  assert.deepEqual(changes, ['Delete', 'Create']);
});

test('an operation says why its table could not be set up', async () => {
  const library = libraries.ours;
  const denied = async (): Promise<never> => {
    throw new Error('denied');
  };
  library.aws.ddb.set({ describeTable: denied } as never);
  const Thing = library.model('Thing', { id: String }, { create: false, waitForActive: waits });
  await assert.rejects(() => Thing.get('i'), /denied/);
});

test('a table that is not waited for is still updated', async () => {
  const options = { waitForActive: false, update: ['throughput'], throughput: 5 };
  const table = active({ ProvisionedThroughput: {} });
  const requests = await setUp(
    libraries.ours,
    { id: String },
    { ...options, waitForActive: { enabled: false, check: { frequency: 0 } } },
    table,
  );
  assert.ok(requests.some((request) => (request as string[])[0] === 'updateTable'));
});

test('a table that never becomes active times out', async () => {
  const library = libraries.ours;
  library.aws.ddb.set({
    describeTable: async () => ({ Table: { TableStatus: 'CREATING' } }),
  } as never);
  const check = { timeout: 5, frequency: 0 };
  const Thing = library.model(
    'Thing',
    { id: String },
    { create: false, waitForActive: { enabled: true, check } },
  );
  await assert.rejects(() => Thing.get('i'), {
    name: 'WaitForActiveTimeout',
    message: /^Wait for active timed out after \d+ milliseconds\.$/,
  });
});

test('a table that was not initialized refuses operations', async () => {
  for (const library of Object.values(libraries)) {
    const Thing = library.model('Thing', { id: String }, { initialize: false });
    await assert.rejects(() => Thing.get('i'), {
      name: 'OtherError',
      message: 'Table Thing has not been initialized.',
    });
  }
});
