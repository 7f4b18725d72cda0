import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, resolveConfig } from './config.ts';

test('the defaults serve this machine only, and keep what they are given', () => {
  const config = resolveConfig({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 4566);
  assert.equal(config.memory, false);
  assert.equal(config.auth, 'accept');
});

test('a setting that cannot be is refused with a sentence that names it', () => {
  for (const [said, name] of [
    [{ port: 65_536 }, '--port'],
    [{ port: Number.NaN }, '--port'],
    [{ region: 'mars' }, '--region'],
    [{ auth: 'maybe' as 'accept' }, '--auth'],
    [{ logFormat: 'xml' as 'json' }, '--log-format'],
  ] as const) {
    assert.throws(
      () => resolveConfig(said),
      (error) => error instanceof ConfigError && error.message.includes(name),
    );
  }
});

test('beyond loopback only with signatures enforced', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.com']) {
    assert.throws(() => resolveConfig({ host }), /--auth enforce/);
    assert.equal(resolveConfig({ host, auth: 'enforce' }).host, host);
  }
  for (const host of ['localhost', '127.0.0.2', '::1'])
    assert.equal(resolveConfig({ host }).host, host);
});
