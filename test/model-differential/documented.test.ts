/** The example of "Coming from Dynamoose" does the same with either library, against Brume. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { libraries } from './library.ts';

type Run = (require: (name: string) => unknown) => Promise<Record<string, unknown>[]>;
const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => Run;
const page = path.join(import.meta.dirname, '../../docs/guide/model/coming-from-dynamoose.md');

test('the example of the guide runs with dynamoose and with ours', async (t) => {
  const brume = await createBrume({ port: 0 });
  t.after(() => brume.close());
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    const before = process.env[name];
    process.env[name] = 'us-east-1';
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```js\n(.*?)^```$/gms)];
  assert.equal(blocks.length, 1, 'every example of the page is run here');
  const source = (blocks[0]?.[1] ?? '').replace('http://localhost:4566', endpoint);
  const found: object[] = [];
  for (const library of [libraries.theirs, libraries.ours]) {
    const run = new AsyncFunction('require', `${source}\nreturn found;`);
    const items = await run((name) => {
      assert.equal(name, 'dynamoose');
      return library;
    });
    found.push(items.map(({ id, email, visits }) => ({ id, email, visits })));
    t.after(() => library.aws.ddb().destroy());
    await library.aws.ddb().deleteTable({ TableName: 'User' });
  }
  const expected = [{ id: 'ada', email: 'ada@example.com', visits: 2 }];
  assert.deepEqual(found, [expected, expected]);
});
