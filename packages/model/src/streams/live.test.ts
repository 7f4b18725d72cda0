import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { boolean, set, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { live } from './live.ts';

const todos = table({
  name: 'todos',
  partitionKey: 'list',
  sortKey: 'id',
  entityAttribute: 'kind',
  stream: 'NEW_AND_OLD_IMAGES',
});
const attributes = {
  list: string(),
  id: string(),
  done: boolean(),
  tags: set(string()).optional(),
};
const Todo = entity({ name: 'todo', table: todos, attributes });
const Note = entity({ name: 'note', table: todos, attributes });

/** What a live query tells while these steps are taken, one at each of its waits. */
async function told(withStream: boolean): Promise<{ told: string[][]; queries: number }> {
  const memory = new MemoryDynamoDB([todos]);
  const notes = model(Note, { client: memory });
  const steps: (() => unknown)[] = [
    () => undefined,
    () => items.put({ list: 'a', id: '2', done: false }),
    () => notes.put({ list: 'a', id: 'note', done: false }),
    () => undefined,
    () => items.put({ list: 'b', id: 'of another list', done: false }),
    () => items.update({ list: 'a', id: '1' }, { done: true }),
    () => undefined,
    () => stop.abort(),
  ];
  const wait = async (): Promise<void> => void (await steps.shift()?.());
  const items = model(Todo, { client: memory, wait });
  const stop = new AbortController();
  await items.put({ list: 'a', id: '1', done: false, tags: ['x'] });
  const seen: string[][] = [];
  const open = items.query({ list: 'a' }).filter((item, { eq }) => eq(item.done, false));
  const options = { signal: stop.signal, ...(withStream && { streams: memory.streams }) };
  for await (const now of live(open, options)) seen.push(now.map(({ id }) => id));
  const queries = memory.requests.filter(({ operation }) => operation === 'Query').length;
  return { told: seen, queries };
}

test('a live query tells its items at once and when they have changed', async () => {
  for (const withStream of [true, false]) {
    assert.deepEqual((await told(withStream)).told, [['1'], ['1', '2'], ['2']]);
  }
});

test('with a stream it asks only after a change, without one each time', async () => {
  const [streamed, polled] = [await told(true), await told(false)];
  assert.equal(polled.queries, 8);
  // At the start, and twice after the changes; the note is not of the entity.
  assert.ok(streamed.queries < polled.queries, String(streamed.queries));
});
