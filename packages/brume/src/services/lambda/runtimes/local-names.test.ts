import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('./node/local-names.mjs', import.meta.url).href;

test('names under localhost are this machine to a function, in every form of the question', () => {
  const script = `
    import dns, { promises } from 'node:dns';
    import { promisify } from 'node:util';
    import { resolveLocalNames } from '${MODULE}';
    resolveLocalNames();
    const ask = (...words) => new Promise((resolve) => dns.lookup(...words, (...answer) => resolve(answer)));
    const name = 'abc.execute-api.localhost';
    console.log(JSON.stringify([
      await ask(name),
      await ask(name, 4),
      await ask(name, { all: true }),
      await promisify(dns.lookup)(name),
      await promises.lookup(name, { all: true }),
      (await ask('localhost.'))[0],
      (await ask('localhost.invalid'))[0].code !== undefined,
    ]));`;
  const words = ['--input-type=module', '--eval', script];
  const said = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as unknown[];
  const loopback = { address: '127.0.0.1', family: 4 };
  assert.deepEqual(said.slice(0, 5), [
    [null, '127.0.0.1', 4],
    [null, '127.0.0.1', 4],
    [null, [loopback]],
    loopback,
    [loopback],
  ]);
  assert.equal(said.at(-1), true);
});
