import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { nodeEnvironment } from '../environment/node.ts';
import { Simulation } from '../environment/simulated.ts';
import { accountOfAccessKeyId, newAccessKeyId } from './access-key-id.ts';
import { CredentialStore } from './credentials.ts';

const environment = nodeEnvironment();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brume-credentials-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const session = {
  accountId: '123456789012',
  principalArn: 'arn:aws:sts::123456789012:assumed-role/a/b',
  userId: 'AROAEXAMPLE:b',
  expiresAtMs: 1000,
};

test('root credentials are made once, readable by their owner alone, and found again', async () => {
  const first = await CredentialStore.open(folder, environment);
  assert.match(first.root.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(first.root.secretAccessKey.length, 40);
  assert.equal(first.root.principalArn, 'arn:aws:iam::000000000000:root');
  assert.deepEqual(await readdir(folder), ['credentials.json']);
  const { mode } = await stat(join(folder, 'credentials.json'));
  if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
  const second = await CredentialStore.open(folder, environment);
  assert.deepEqual(second.root, first.root);
});

test('a session outlives a restart, and is unknown to another installation', async () => {
  const store = await CredentialStore.open(folder, environment);
  const issued = store.issue(session);
  const reopened = await CredentialStore.open(folder, environment);
  const known = reopened.lookup(issued.accessKeyId, issued.sessionToken);
  assert.deepEqual(known?.session, { ...session, accessKeyId: issued.accessKeyId });
  assert.equal(known?.secretAccessKey, issued.secretAccessKey);
  const other = CredentialStore.inMemory(environment.random);
  assert.equal(other.lookup(issued.accessKeyId, issued.sessionToken), undefined);
});

test('a key is known with its own token only', () => {
  const store = CredentialStore.inMemory(environment.random);
  const one = store.issue(session);
  const two = store.issue(session);
  assert.notEqual(one.secretAccessKey, two.secretAccessKey);
  assert.equal(store.lookup(one.accessKeyId, two.sessionToken), undefined);
  assert.equal(store.lookup(one.accessKeyId, undefined), undefined);
  assert.equal(store.lookup(store.root.accessKeyId, one.sessionToken), undefined);
  assert.equal(store.lookup(store.root.accessKeyId, undefined), store.root);
  assert.equal(store.lookup('AKIAIOSFODNN7EXAMPLE', undefined), undefined);
});

test('a token with any byte changed, cut or added to is not one', () => {
  const store = CredentialStore.inMemory(environment.random);
  const { accessKeyId, sessionToken } = store.issue(session);
  const bytes = Buffer.from(sessionToken, 'base64');
  const open = (changed: Buffer) => store.lookup(accessKeyId, changed.toString('base64'));
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(open(changed), undefined, `byte ${at}`);
    assert.equal(open(bytes.subarray(0, at)), undefined, `first ${at} bytes`);
  }
  assert.equal(open(Buffer.concat([bytes, Buffer.of(0)])), undefined);
  assert.equal(store.lookup(accessKeyId, 'A'.repeat(1_000_000)), undefined);
  for (const other of [` ${sessionToken}`, `${sessionToken}=`, `${sessionToken}\n`]) {
    assert.equal(store.lookup(accessKeyId, other), undefined);
  }
  assert.ok(open(bytes));
});

test('a token says nothing of what it carries', () => {
  const { sessionToken } = CredentialStore.inMemory(environment.random).issue(session);
  const text = Buffer.from(sessionToken, 'base64').toString('latin1');
  assert.ok(!text.includes('assumed-role') && !text.includes('123456789012'));
});

test('credentials that cannot be read are refused, and left as they are', async () => {
  const path = join(folder, 'credentials.json');
  for (const text of ['{', '{"version":2}', 'null', '{"version":1,"accountId":"000000000000"}']) {
    await writeFile(path, text);
    await assert.rejects(
      CredentialStore.open(folder, environment),
      /credentials\.json (is not|lacks)/,
    );
    assert.equal(await readFile(path, 'utf8'), text);
  }
});

test('what a crash left half written is replaced', async () => {
  await writeFile(
    join(folder, 'credentials.json.new'),
    'half of something longer than what comes now'.repeat(20),
  );
  const store = await CredentialStore.open(folder, environment);
  assert.deepEqual((await CredentialStore.open(folder, environment)).root, store.root);
});

test('wherever the power goes, the next start has credentials, and those given out are kept', async () => {
  let cuts = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const before = await mkdtemp(join(folder, 'before-'));
    const after = await mkdtemp(join(folder, 'after-'));
    const simulation = new Simulation(seed);
    const simulated = simulation.environment(before);
    let cut = false;
    simulated.disk.planCut(1 + (seed % 20), () => {
      cut = true;
      cuts++;
      simulated.disk.writeRemains(after);
    });
    const given = await simulation.run(CredentialStore.open(before, simulated));
    const complete = !cut;
    if (complete) simulated.disk.writeRemains(after);
    const found = await CredentialStore.open(after, environment);
    if (complete) assert.deepEqual(found.root, given.root, `seed ${seed}`);
  }
  assert.ok(cuts > 10, 'the power went while credentials were made');
});

test('a key id carries its account', () => {
  // Published: Tal Be'ery, "A short note on AWS KEY ID" (2023-10-26), and hackingthe.cloud.
  assert.equal(accountOfAccessKeyId('ASIAQNZGKIQY56JQ7WML'), '029608264753');
  assert.equal(accountOfAccessKeyId('AKIASP2TPHJSQH3FJRUX'), '171436882533');
  for (const account of ['000000000000', '123456789012', '999999999999']) {
    const id = newAccessKeyId('ASIA', account, environment.random);
    assert.match(id, /^ASIA[A-Z2-7]{16}$/);
    assert.equal(accountOfAccessKeyId(id), account);
  }
  assert.equal(accountOfAccessKeyId('123456789012'), '123456789012');
  for (const other of ['test', '', 'AKIA', 'AROAQNZGKIQY56JQ7WML', 'ASIA77777777777777777']) {
    assert.equal(accountOfAccessKeyId(other), undefined, other);
  }
});
