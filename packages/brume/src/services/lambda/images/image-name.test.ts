import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageName } from './image-name.ts';
import { isLoopbackHost } from './loopback.ts';

test('a name has a host, a repository by the grammar of registries, and a tag or a digest', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const read = (uri: string) => {
    const name = parseImageName(uri);
    return name.type === 'registry' ? [name.host, name.repository, name.reference] : [];
  };
  assert.deepEqual(read('r.test/a'), ['r.test', 'a', 'latest']);
  assert.deepEqual(read('[::1]:5000/a.b__c/d--e:1_x'), ['[::1]:5000', 'a.b__c/d--e', '1_x']);
  assert.deepEqual(read(`r.test/a:1@${digest}`), ['r.test', 'a', digest]);
});

test('a name leads nowhere else than to its repository', () => {
  const refused = [
    ...['a', 'host/a', 'r.test/', 'r.test/A', 'r.test/a:', 'r.test/a@sha256:0'],
    ...['r.test/a/../b', 'r.test/a/./b', 'r.test/a//b', 'r.test/a..b', 'r.test/a/-b', 'r.test/a-'],
    ...['r.test\n/a', 'r.test/a\n', 'u@r.test/a', 'r.test?/a', '1.2.3.400/a', 'r.test:99999/a'],
  ];
  for (const uri of refused) assert.throws(() => parseImageName(uri), /is not valid/, uri);
});

test('this machine is known by all of its names', () => {
  const own = ['localhost', 'r.localhost:1', 'LOCALHOST.', '127.1:5000', '2130706433', '0.0.0.0'];
  for (const host of [...own, '[::1]', '[::]:80', '[::ffff:127.0.0.2]', '[0:0::1]:80']) {
    assert.equal(isLoopbackHost(host), true, host);
  }
  for (const host of ['r.test', 'localhost.r.test', '128.0.0.1', '[::2]', '127.0.0.1.r.test']) {
    assert.equal(isLoopbackHost(host), false, host);
  }
});
