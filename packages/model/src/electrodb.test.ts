/** What the guide says of ElectroDB's items: theirs are read as they are, and ours are the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
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

/** The page's own examples: ElectroDB's definition, and an item as ElectroDB stores it. */
const file = path.join(import.meta.dirname, '../../../docs/guide/model/coming-from-electrodb.md');
const page = readFileSync(file, 'utf8');
const [definition, ...others] = [...page.matchAll(/^```js\n(.*?)^```$/gms)];
assert.deepEqual(others, [], 'every example of the page is run here');
const evaluate = (source: string, value?: unknown): unknown =>
  // oxlint-disable-next-line typescript/no-implied-eval -- the source is a page of this repository
  (new Function('Entity', source) as (value: unknown) => unknown)(value);
class InWork extends Entity {
  constructor(schema: object) {
    super(schema, { table: 'work' });
  }
}
const theirs = evaluate(`${definition?.[1]} return Task;`, InWork) as ElectroEntity;
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
  const written = marshall(theirs.put(item).params().Item);
  const shown = /As ElectroDB [\d.]+ stores it\.\n\s*Item: (\{.*?\n {2}\}),/s.exec(page)?.[1];
  assert.deepEqual(written, evaluate(`return ${shown};`));
  const { __edb_v__: _version, ...stored } = written;
  assert.deepEqual(client.items('work'), [stored]);
  client.clear();
  await client.execute('PutItem', { TableName: 'work', Item: stored });
  assert.deepEqual(await tasks.query({ status: 'open', team: 'red' }).all(), [
    { ...item, status: 'open' },
  ]);
});
