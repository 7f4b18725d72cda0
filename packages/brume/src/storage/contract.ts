/** What every ordered store promises: one suite, run by the test of each engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { StoreClosedError } from './errors.ts';
import type { Entry, Key, OrderedStore, Range, Value, Write } from './ordered-store.ts';

/** Gives an empty store to `work`, and cleans up after it. */
export type WithStore = (work: (store: OrderedStore) => Promise<void>) => Promise<void>;

type Check = (behaviour: string, work: (store: OrderedStore) => Promise<void>) => void;

/** `histories` says how many random histories are tried. */
export function testOrderedStore(name: string, histories: number, withStore: WithStore): void {
  const check: Check = (behaviour, work) => {
    void test(`${name}: ${behaviour}`, () => withStore(work));
  };
  testReads(check);
  testRanges(check);
  testDecisions(check);
  testConcurrency(check);
  testClosing(check);
  void test(`${name}: any history equals that of a plain map`, () =>
    testHistories(withStore, histories));
}

function testReads(check: Check): void {
  check('a value is read back, and undefined where there is none', async (store) => {
    await write(store, put('a', '1'));
    assert.equal(text(await store.get(bytes('a'))), '1');
    assert.equal(await store.get(bytes('b')), undefined);
    await write(store, put('a', '2'));
    assert.equal(text(await store.get(bytes('a'))), '2');
    await write(store, remove('a'), remove('never there'));
    assert.equal(await store.get(bytes('a')), undefined);
  });

  check('many are read in the order of the keys, repeated ones too', async (store) => {
    await write(store, put('a', '1'), put('b', '2'));
    const values = await store.getMany(['b', 'x', 'a', 'b'].map(bytes));
    assert.deepEqual(values.map(text), ['2', undefined, '1', '2']);
    assert.deepEqual(await store.getMany([]), []);
  });

  check('keys and values may be empty, long, and hold any byte', async (store) => {
    const every = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
    const entries: [Key, Value][] = [
      [Buffer.alloc(0), every],
      [every, Buffer.alloc(0)],
      [Buffer.alloc(3072, 0xff), Buffer.alloc(1_000_000, 0xc3)],
      [Buffer.alloc(3072, 0x00), Buffer.from('naïve ✓')],
    ];
    await write(store, ...entries.map(([key, value]) => ({ type: 'put' as const, key, value })));
    for (const [key, value] of entries) assert.deepEqual(plain(await store.get(key)), plain(value));
    assert.equal((await store.range({ ...everything, limit: 10 })).length, 4);
  });

  check('a Buffer that is changed later does not change what is stored', async (store) => {
    const [key, value] = [bytes('key'), bytes('value')];
    await write(store, { type: 'put', key, value });
    key.fill(0);
    value.fill(0);
    assert.equal(text(await store.get(bytes('key'))), 'value');
  });
}

const everything = { start: Buffer.alloc(0), end: Buffer.alloc(4000, 0xff) };

function testRanges(check: Check): void {
  const keysOf = async (store: OrderedStore, range: Range) =>
    (await store.range(range)).map(({ key }) => text(key));

  check('a range begins at its start and stops before its end, both ways', async (store) => {
    await write(store, ...['a', 'b', 'c', 'd'].map((key) => put(key, key)));
    const range = { start: bytes('b'), end: bytes('d'), limit: 10 };
    assert.deepEqual(await keysOf(store, range), ['b', 'c']);
    assert.deepEqual(await keysOf(store, { ...range, reverse: true }), ['c', 'b']);
    assert.deepEqual(await keysOf(store, { ...range, end: bytes('b') }), []);
    assert.deepEqual(await keysOf(store, { ...range, end: bytes('a') }), []);
    assert.deepEqual(await keysOf(store, { ...range, end: bytes('a'), reverse: true }), []);
  });

  check('a range gives at most its limit of entries', async (store) => {
    await write(store, ...['a', 'b', 'c'].map((key) => put(key, key)));
    assert.deepEqual(await keysOf(store, { ...everything, limit: 0 }), []);
    assert.deepEqual(await keysOf(store, { ...everything, limit: 2 }), ['a', 'b']);
    const reverse = { ...everything, limit: 2, reverse: true };
    assert.deepEqual(await keysOf(store, reverse), ['c', 'b']);
    assert.deepEqual(await keysOf(store, { ...everything, limit: Infinity }), ['a', 'b', 'c']);
  });

  check('a range stops with the entry that reaches its bytes', async (store) => {
    await write(store, ...['a', 'b', 'c'].map((key) => put(key, '123456789')));
    const range = { ...everything, limit: 10 };
    assert.deepEqual(await keysOf(store, { ...range, bytesMax: 1 }), ['a']);
    assert.deepEqual(await keysOf(store, { ...range, bytesMax: 20 }), ['a', 'b']);
    assert.deepEqual(await keysOf(store, { ...range, bytesMax: 21 }), ['a', 'b', 'c']);
    assert.deepEqual(await keysOf(store, { ...range, bytesMax: 20, reverse: true }), ['c', 'b']);
  });

  check('keys are ordered by their bytes', async (store) => {
    const hex = ['', '00', '0000', '00ff', '01', '7f', '7fff', '80', 'c3a9', 'ff', 'ff00', 'ffff'];
    const entries = hex.map((key) => ({ key: Buffer.from(key, 'hex'), value: bytes(key) }));
    const shuffled = entries.toSorted((a, b) => Buffer.compare(a.value, b.value) * -1);
    await write(store, ...shuffled.map((entry) => ({ type: 'put' as const, ...entry })));
    const found = await store.range({ ...everything, limit: 100 });
    assert.deepEqual(
      found.map(({ value }) => text(value)),
      hex,
    );
    const reversed = await store.range({ ...everything, limit: 100, reverse: true });
    assert.deepEqual(
      reversed.map(({ value }) => text(value)),
      hex.toReversed(),
    );
  });
}

function testDecisions(check: Check): void {
  check('a decision sees what it asked for and gives its result', async (store) => {
    await write(store, put('a', '1'));
    const result = await store.transact([bytes('b'), bytes('a')], (values) => {
      return { writes: [put('c', '3')], result: values.map(text) };
    });
    assert.deepEqual(result, [undefined, '1']);
    assert.equal(text(await store.get(bytes('c'))), '3');
  });

  check('the writes of a decision happen in their order', async (store) => {
    await write(store, ...['a', 'b', 'c', 'd'].map((key) => put(key, 'old')));
    const clear: Write = { type: 'delete-range', start: bytes('b'), end: bytes('d') };
    await write(store, put('b', 'cleared'), clear, put('c', 'new'), put('d', '1'), put('d', '2'));
    const found = await store.range({ ...everything, limit: 10 });
    assert.deepEqual(found.map(shown), ['a=old', 'c=new', 'd=2']);
  });

  check('an empty range deletes nothing', async (store) => {
    await write(store, put('a', '1'), put('b', '2'));
    await write(store, { type: 'delete-range', start: bytes('b'), end: bytes('a') });
    await write(store, { type: 'delete-range', start: bytes('a'), end: bytes('a') });
    assert.equal((await store.range({ ...everything, limit: 10 })).length, 2);
  });

  check('a decision that throws writes nothing and disturbs nobody', async (store) => {
    const refused = new Error('condition failed');
    const outcomes = await Promise.allSettled([
      write(store, put('a', '1')),
      store.transact([], () => {
        throw refused;
      }),
      write(store, put('b', '2')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal((outcomes[1] as PromiseRejectedResult).reason, refused);
    assert.deepEqual((await store.getMany(['a', 'b'].map(bytes))).map(text), ['1', '2']);
  });

  check('a decision that cannot be written disturbs nobody', async (store) => {
    const impossible = { type: 'put', key: bytes('x'), value: 7 } as unknown as Write;
    const outcomes = await Promise.allSettled([
      write(store, put('a', '1')),
      write(store, put('never', '1'), impossible),
      write(store, put('b', '2')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    const found = await store.range({ ...everything, limit: 10 });
    assert.deepEqual(found.map(shown), ['a=1', 'b=2']);
  });

  check('a decision without writes changes nothing', async (store) => {
    const result = await store.transact([], () => ({ writes: [], result: 'seen' }));
    assert.equal(result, 'seen');
    assert.deepEqual(await store.range({ ...everything, limit: 10 }), []);
  });

  check('decisions of one turn see those before them', async (store) => {
    const append = (letter: string) =>
      store.transact([bytes('text')], ([value]) => {
        const result = (text(value) ?? '') + letter;
        return { writes: [put('text', result)], result };
      });
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(append)), ['a', 'ab', 'abc']);
  });
}

function testConcurrency(check: Check): void {
  check('no update is lost among many callers', async (store) => {
    const increment = (counter: string) =>
      store.transact([bytes(counter)], ([value]) => {
        const result = Number(text(value) ?? 0) + 1;
        return { writes: [put(counter, String(result))], result };
      });
    const caller = async (_: unknown, index: number) => {
      for (let round = 0; round < 20; round++) await increment(`counter ${(index + round) % 3}`);
    };
    await Promise.all(Array.from({ length: 32 }, caller));
    const found = await store.range({ ...everything, limit: 10 });
    const total = found.reduce((sum, { value }) => sum + Number(text(value)), 0);
    assert.equal(total, 32 * 20);
  });

  check('readers never see half of a transaction', async (store) => {
    const rounds = 100;
    const writer = async () => {
      for (let round = 1; round <= rounds; round++) {
        await write(store, put('left', String(round)), put('right', String(round)));
      }
    };
    const reader = async () => {
      let newest = 0;
      while (newest < rounds) {
        const [left, right] = (await store.getMany([bytes('left'), bytes('right')])).map(text);
        assert.equal(left, right);
        const found = await store.range({ ...everything, limit: 10 });
        assert.ok(new Set(found.map(({ value }) => text(value))).size <= 1);
        assert.ok(Number(left ?? 0) >= newest, 'time went back');
        newest = Number(left ?? 0);
        await new Promise(setImmediate);
      }
    };
    await Promise.all([writer(), reader(), reader()]);
  });

  check('what was committed is seen by every read that starts after', async (store) => {
    for (let round = 0; round < 50; round++) {
      void write(store, put('other', String(round)));
      await write(store, put('a', String(round)));
      assert.equal(text(await store.get(bytes('a'))), String(round));
      const [first] = await store.range({ ...everything, limit: 1 });
      assert.equal(first && shown(first), `a=${round}`);
    }
  });
}

function testClosing(check: Check): void {
  check('closing waits for what was begun', async (store) => {
    const begun = write(store, put('a', '1'));
    await Promise.all([store.close(), store.close()]);
    await begun;
  });

  check('a closed store refuses everything', async (store) => {
    await store.close();
    await assert.rejects(store.get(bytes('a')), StoreClosedError);
    await assert.rejects(store.getMany([bytes('a')]), StoreClosedError);
    await assert.rejects(store.range({ ...everything, limit: 1 }), StoreClosedError);
    await assert.rejects(write(store, put('a', '1')), StoreClosedError);
    await store.close();
  });
}

/** Keys of few short forms, so that histories meet the same keys again. */
const someKey = fc
  .uint8Array({ maxLength: 3 })
  .map((key) => Buffer.from(key.map((b) => (b % 3) * 127)));
const someWrite: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      key: someKey,
      value: fc.uint8Array({ maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('delete' as const), key: someKey }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('delete-range' as const),
      start: someKey,
      end: someKey,
    }),
  },
);
const someRange: fc.Arbitrary<Range> = fc.record(
  {
    start: someKey,
    end: fc.oneof(someKey, fc.constant(Buffer.of(0xff))),
    reverse: fc.boolean(),
    limit: fc.integer({ min: 0, max: 40 }),
    bytesMax: fc.integer({ min: 1, max: 60 }),
  },
  { requiredKeys: ['start', 'end', 'limit'] },
);
const someTransaction = fc.record({
  writes: fc.array(someWrite, { maxLength: 5 }),
  refused: fc.boolean(),
});
const someTurn = fc.record({
  transactions: fc.array(someTransaction, { maxLength: 5 }),
  range: someRange,
  keys: fc.array(someKey, { maxLength: 4 }),
});

async function testHistories(withStore: WithStore, histories: number): Promise<void> {
  const history = fc.array(someTurn, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, (turns) =>
      withStore(async (store) => {
        const model = new Map<string, string>();
        for (const { transactions, range, keys } of turns) {
          await Promise.all(
            transactions.map(({ writes, refused }) => {
              if (!refused) for (const write of writes) applyToModel(model, write);
              return decideOn(store, writes, refused);
            }),
          );
          assert.deepEqual((await store.range(range)).map(hexEntry), rangeOfModel(model, range));
          const values = (await store.getMany(keys)).map((value) => value && hex(value));
          assert.deepEqual(
            values,
            keys.map((key) => model.get(hex(key))),
          );
        }
      }),
    ),
    { numRuns: histories },
  );
}

async function decideOn(store: OrderedStore, writes: Write[], refused: boolean): Promise<void> {
  const decision = store.transact([], () => {
    if (refused) throw new Error('refused');
    return { writes, result: undefined };
  });
  await (refused ? assert.rejects(decision, /^Error: refused$/) : decision);
}

/** The model: values by key, both as hexadecimal text, which sorts as the bytes do. */
function applyToModel(model: Map<string, string>, write: Write): void {
  if (write.type === 'put') model.set(hex(write.key), hex(write.value));
  else if (write.type === 'delete') model.delete(hex(write.key));
  else {
    const [start, end] = [hex(write.start), hex(write.end)];
    for (const key of model.keys()) if (key >= start && key < end) model.delete(key);
  }
}

function rangeOfModel(model: Map<string, string>, range: Range): string[][] {
  const { limit, bytesMax = Infinity } = range;
  const inside = [...model].filter(([key]) => key >= hex(range.start) && key < hex(range.end));
  inside.sort(([a], [b]) => (a < b ? -1 : 1));
  if (range.reverse === true) inside.reverse();
  let size = 0;
  const count = inside.findIndex(([key, value], index) => {
    size += (key.length + value.length) / 2;
    return index + 1 >= limit || size >= bytesMax;
  });
  return inside.slice(0, limit === 0 ? 0 : count === -1 ? inside.length : count + 1);
}

function hexEntry({ key, value }: Entry): string[] {
  return [hex(key), hex(value)];
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

function write(store: OrderedStore, ...writes: Write[]): Promise<void> {
  return store.transact([], () => ({ writes, result: undefined }));
}

function put(key: string, value: string): Write {
  return { type: 'put', key: bytes(key), value: bytes(value) };
}

function remove(key: string): Write {
  return { type: 'delete', key: bytes(key) };
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function plain(value: Value | undefined): Uint8Array | undefined {
  return value && new Uint8Array(value);
}

function shown({ key, value }: Entry): string {
  return `${text(key)}=${text(value)}`;
}

function text(value: Value): string;
function text(value: Value | undefined): string | undefined;
function text(value: Value | undefined): string | undefined {
  return value && Buffer.from(value).toString();
}
