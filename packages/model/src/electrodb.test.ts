/** What the guide says of ElectroDB's items: theirs are read as they are, and ours are the same. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { marshall } from './attribute-value.ts';
import { entity } from './entity/entity.ts';
import { model } from './model/model.ts';
import { enumeration, number, string } from './schema/attributes.ts';
import { table } from './table/table.ts';
import { MemoryDynamoDB } from './testing/memory-dynamodb.ts';

interface ElectroEntity {
  put(item: object): { params(): { Item: { [name: string]: unknown } } };
}
const { Entity } = createRequire(import.meta.url)('electrodb') as {
  Entity: new (schema: object, options: object) => ElectroEntity;
};
const required = { type: 'string', required: true };
const theirs = new Entity(
  {
    model: { entity: 'task', version: '1', service: 'work' },
    attributes: {
      team: required,
      task: required,
      status: { type: ['open', 'closed'], default: 'open' },
      points: { type: 'number' },
    },
    indexes: {
      byTeam: {
        pk: { field: 'pk', composite: ['team'] },
        sk: { field: 'sk', composite: ['task'] },
      },
      byStatus: {
        index: 'gsi1',
        pk: { field: 'gsi1pk', composite: ['status'] },
        sk: { field: 'gsi1sk', composite: ['team', 'task'] },
      },
    },
  },
  { table: 'work' },
);
const work = table({
  name: 'work',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: '__edb_e__',
  indexes: { gsi1: { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' } },
});
const Task = entity({
  name: 'task',
  table: work,
  attributes: {
    team: string(),
    task: string(),
    status: enumeration('open', 'closed').default('open'),
    points: number().optional(),
  },
  keys: {
    pk: '$work#team_{team}',
    sk: '$task_1#task_{task}',
    gsi1pk: '$work#status_{status}',
    gsi1sk: '$task_1#team_{team}#task_{task}',
  },
});

test('the entity of the guide stores and reads what ElectroDB stores', async () => {
  const client = new MemoryDynamoDB([work]);
  const tasks = model(Task, { client });
  const item = { team: 'red', task: 't1', points: 3 };
  await tasks.put(item);
  const { __edb_v__: _version, ...stored } = marshall(theirs.put(item).params().Item);
  assert.deepEqual(client.items('work'), [stored]);
  client.clear();
  await client.execute('PutItem', { TableName: 'work', Item: stored });
  assert.deepEqual(await tasks.query({ status: 'open', team: 'red' }).all(), [
    { ...item, status: 'open' },
  ]);
});
