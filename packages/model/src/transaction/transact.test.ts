import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { entity } from '../entity/entity.ts';
import { model } from '../model/model.ts';
import { number, string } from '../schema/attributes.ts';
import { table } from '../table/table.ts';
import { MemoryDynamoDB } from '../testing/memory-dynamodb.ts';
import { transactGet, transactWrite } from './transact.ts';

const bank = table({ name: 'bank', partitionKey: 'id', entityAttribute: 'kind' });
const Account = entity({
  name: 'account',
  table: bank,
  attributes: { id: string(), balance: number(), iban: string().optional() },
  unique: ['iban'],
});
const Note = entity({ name: 'note', table: bank, attributes: { id: string(), text: string() } });
const client = new MemoryDynamoDB([bank]);
const accounts = model(Account, { client });
const notes = model(Note, { client });
beforeEach(() => client.clear());

test('writes of several entities are one transaction, and reads are one moment', async () => {
  await transactWrite({ client, token: 't-1' }, [
    accounts.plan.create({ id: 'a', balance: 10 }),
    accounts.plan.create({ id: 'b', balance: 0 }),
  ]);
  await transactWrite({ client }, [
    accounts.plan.update({ id: 'a' }, (a, u) => [u.increment(a.balance, -5)], {
      condition: (a, { gte }) => gte(a.balance, 5),
    }),
    accounts.plan.update({ id: 'b' }, (a, u) => [u.increment(a.balance, 5)]),
    notes.plan.put({ id: 'n', text: 'paid' }),
  ]);
  const [a, n, none] = await transactGet({ client }, [
    accounts.plan.get({ id: 'a' }),
    notes.plan.get({ id: 'n' }),
    notes.plan.get({ id: 'x' }),
  ]);
  assert.equal(a?.balance, 5);
  assert.equal(n?.text, 'paid');
  assert.equal(none, undefined);
  const sent = client.requests.map(({ operation }) => operation);
  assert.deepEqual(sent, ['TransactWriteItems', 'TransactWriteItems', 'TransactGetItems']);
  assert.equal(
    (client.requests[0]?.input as { ClientRequestToken?: string } | undefined)?.ClientRequestToken,
    't-1',
  );
});

test('when one condition fails nothing is written, and the error says which kind it was', async () => {
  await accounts.create({ id: 'a', balance: 1, iban: 'X' });
  const before = client.items('bank');
  await assert.rejects(
    transactWrite({ client }, [
      notes.plan.put({ id: 'n', text: '' }),
      accounts.plan.check({ id: 'a' }, (a, { gt }) => gt(a.balance, 5)),
    ]),
    { name: 'ConditionFailed' },
  );
  await assert.rejects(
    transactWrite({ client }, [
      notes.plan.put({ id: 'n', text: '' }),
      accounts.plan.create({ id: 'b', balance: 1, iban: 'X' }),
    ]),
    { name: 'NotUnique', path: ['iban'] },
  );
  assert.deepEqual(client.items('bank'), before);
});

test('a transaction without items, or with too many, is refused', async () => {
  await assert.rejects(transactWrite({ client }, []), { name: 'InvalidRequest' });
  const many = Array.from({ length: 101 }, (_, n) => notes.plan.put({ id: `${n}`, text: '' }));
  await assert.rejects(transactWrite({ client }, many), { name: 'InvalidRequest' });
});
