import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { binary, date, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { onChange, streamHandler } from './stream-handler.ts';

const zoo = table({ name: 'zoo', partitionKey: 'id', entityAttribute: 'kind' });
const Cat = entity({
  name: 'cat',
  table: zoo,
  attributes: { id: string(), born: date(), photo: binary() },
});
const Dog = entity({ name: 'dog', table: zoo, attributes: { id: string() } });
const client = new MemoryDynamoDB([zoo]);
const cats = model(Cat, { client });

test('each change is given to the handler of its entity and kind, decoded', async () => {
  const first = { id: 'c', born: new Date(0), photo: Uint8Array.of(1) };
  await cats.put(first);
  await cats.update({ id: 'c' }, { photo: Uint8Array.of(2) });
  await model(Dog, { client }).put({ id: 'd' });
  await cats.delete({ id: 'c' });
  const seen: unknown[] = [];
  const handle = streamHandler([
    onChange(Cat, {
      insert: (cat) => void seen.push(['insert', cat]),
      modify: (cat, before) => void seen.push(['modify', cat.photo, before.photo]),
      remove: (cat, { expired }) => void seen.push(['remove', cat.id, expired]),
    }),
    onChange(Dog, { insert: (dog) => void seen.push(['dog', dog]) }),
  ]);
  assert.deepEqual(await handle(client.takeStreamEvent('zoo')), { batchItemFailures: [] });
  assert.deepEqual(seen, [
    ['insert', first],
    ['modify', Uint8Array.of(2), Uint8Array.of(1)],
    ['dog', { id: 'd' }],
    ['remove', 'c', false],
  ]);
  assert.deepEqual(client.takeStreamEvent('zoo'), { Records: [] });
});

test('a failure names its record, and those after it wait', async () => {
  for (const id of ['1', '2', '3'])
    await cats.put({ id, born: new Date(), photo: Uint8Array.of(1) });
  const event = client.takeStreamEvent('zoo');
  const seen: string[] = [];
  const told: unknown[] = [];
  const handle = streamHandler(
    [
      onChange(Cat, {
        insert({ id }) {
          if (id === '2') throw new Error('no');
          seen.push(id);
        },
      }),
    ],
    (error) => told.push((error as Error).message),
  );
  assert.deepEqual(await handle(event), {
    batchItemFailures: [{ itemIdentifier: event.Records[1]?.dynamodb?.SequenceNumber }],
  });
  assert.deepEqual([seen, told], [['1'], ['no']]);
});
