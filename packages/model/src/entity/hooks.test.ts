import assert from 'node:assert/strict';
import { test } from 'node:test';
import { model } from '../model/model.ts';
import { timestamps } from '../plugins/timestamps.ts';
import { date, number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { entity } from './entity.ts';
import type { Plugin } from './entity.ts';

const users = table({ name: 'users', partitionKey: 'id' });
const attributes = {
  id: string(),
  name: string(),
  visits: number().default(0),
  updated: date().default(() => new Date(0)),
};

test('hooks run around every kind of call, in the order of plugins and entity', async () => {
  const seen: string[] = [];
  const note = (text: string) => void seen.push(text);
  const plugin: Plugin = ({ name }) => ({ beforeSave: () => note(`plugin of ${name}`) });
  const User = entity({
    name: 'user',
    table: users,
    attributes,
    plugins: [plugin],
    hooks: {
      beforeSave: (item) => ({ ...item, name: item.name.trim() }),
      afterSave: ({ name }) => note(`saved ${name}`),
      beforeUpdate: (_update, item, { add }) => [add(item.visits, 1)],
      afterUpdate: ({ visits }) => note(`updated ${visits}`),
      beforeDelete: (key) => note(`deleting ${String(key['id'])}`),
      afterDelete: () => note('deleted'),
      beforeRead: () => note('reading'),
      afterRead: async (item) => {
        item.name = item.name.toUpperCase();
      },
    },
  });
  const client = new MemoryDynamoDB([users]);
  const model_ = model(User, { client });
  await model_.put({ id: '1', name: ' ada ' });
  await model_.update({ id: '1' }, { name: 'eve' });
  assert.equal((await model_.get({ id: '1' }))?.name, 'EVE');
  assert.equal((await model_.scan().first())?.name, 'EVE');
  await model_.delete({ id: '1' });
  assert.deepEqual(seen, [
    'plugin of user',
    'saved ada',
    'updated 1',
    'reading',
    'reading',
    'deleting 1',
    'deleted',
  ]);
});

test('a hook that throws stops the write', async () => {
  const User = entity({
    name: 'user',
    table: users,
    attributes,
    hooks: {
      beforeSave: () => {
        throw new Error('not today');
      },
    },
  });
  const client = new MemoryDynamoDB([users]);
  await assert.rejects(model(User, { client }).put({ id: '1', name: 'x' }), /not today/);
  assert.equal(client.requests.length, 0);
});

test('timestamps say when an item was last written', async () => {
  let now = 1000;
  const clock = timestamps({ updated: 'updated', now: () => new Date(now) });
  const User = entity({ name: 'user', table: users, attributes, plugins: [clock] });
  const model_ = model(User, { client: new MemoryDynamoDB([users]) });
  assert.equal((await model_.put({ id: '1', name: 'x' })).updated.getTime(), 1000);
  now = 2000;
  assert.equal((await model_.update({ id: '1' }, { name: 'y' })).updated.getTime(), 2000);
  assert.throws(
    () =>
      entity({ name: 'u', table: users, attributes, plugins: [timestamps({ updated: 'name' })] }),
    { name: 'InvalidDefinition' },
  );
});
