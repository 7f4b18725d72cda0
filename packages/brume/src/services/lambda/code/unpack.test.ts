import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { CODE_UNZIPPED_BYTES_MAX } from '../limits.ts';
import { unpack } from './unpack.ts';
import { EXECUTABLE, LINK, zip, zipFiles, type ZipEntry } from './zip.fixture.ts';

const INVALID = {
  code: 'InvalidParameterValueException',
  message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
};

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'brume-unpack-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function refuses(t: TestContext, entries: readonly ZipEntry[], expected: object = INVALID) {
  const folder = await temporaryFolder(t);
  await assert.rejects(unpack(zip(entries), join(folder, 'code')), expected);
  const outside = (await readdir(folder)).filter((name) => name !== 'code');
  assert.deepEqual(outside, []);
}

test('files, folders, run bits and links come out as they went in, read-only', async (t) => {
  const folder = join(await temporaryFolder(t), 'code');
  const entries = [
    { name: 'lib/', content: '', mode: 0o040755 },
    { name: 'lib/a.js', content: 'a' },
    { name: 'bootstrap', content: '#!/bin/sh\n', mode: EXECUTABLE },
    { name: 'lib/link.js', content: '../bootstrap', mode: LINK },
    { name: '__proto__', content: 'p' },
  ];
  assert.equal(await unpack(zip(entries), folder), 1 + 10 + 12 + 1);
  assert.equal(await readFile(join(folder, 'lib/link.js'), 'utf8'), '#!/bin/sh\n');
  assert.equal((await stat(join(folder, 'bootstrap'))).mode & 0o777, 0o555);
  assert.equal((await stat(join(folder, 'lib'))).mode & 0o777, 0o555);
  assert.equal((await stat(join(folder, 'lib/a.js'))).mode & 0o777, 0o444);
  assert.equal(await readFile(join(folder, '__proto__'), 'utf8'), 'p');
});

test('of two entries with one name the last counts', async (t) => {
  const folder = join(await temporaryFolder(t), 'code');
  const entries = [
    { name: 'a', content: 'first' },
    { name: 'a', content: 'second' },
  ];
  await unpack(zip(entries), folder);
  assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'second');
});

test('what is not a zip is refused', async (t) => {
  const folder = await temporaryFolder(t);
  for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), zipFiles({ a: 'b' }).subarray(4)]) {
    await assert.rejects(unpack(bytes, join(folder, 'code')), INVALID);
  }
});

test('a truncated or altered package is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = zipFiles({ a: 'some text that deflates to more than a byte' });
  whole[40] = (whole[40] ?? 0) ^ 0xff;
  await assert.rejects(unpack(whole, join(folder, 'one')), INVALID);
  await refuses(t, [{ name: 'a', content: 'b', checksum: 1 }]);
});

test('a package without files is refused', async (t) => {
  await refuses(t, [], { message: 'Uploaded file must be a non-empty zip' });
});

test('names that leave the folder are refused', async (t) => {
  for (const name of [
    '../evil',
    'a/../../evil',
    '/tmp/evil',
    'C:/evil',
    'a\\..\\..\\evil',
    'a\0b',
  ]) {
    await refuses(t, [{ name, content: 'x' }]);
  }
});

test('links that leave the folder are refused, over other links too', async (t) => {
  for (const target of ['/etc/passwd', '..', '../evil', 'a/../../evil', '']) {
    await refuses(t, [{ name: 'link', content: target, mode: LINK }]);
  }
  await refuses(t, [
    { name: 'here', content: '.', mode: LINK },
    { name: 'out', content: 'here/../..', mode: LINK },
  ]);
});

test('nothing is written through a link', async (t) => {
  await refuses(t, [
    { name: 'a', content: 'b', mode: LINK },
    { name: 'a/evil', content: 'x' },
  ]);
});

test('a file that is also a folder is refused', async (t) => {
  await refuses(t, [
    { name: 'a', content: 'x' },
    { name: 'a/b', content: 'x' },
  ]);
});

test('a bomb is refused by what it declares, and when it lies', async (t) => {
  const tooLarge = { message: 'Unzipped size must be smaller than 262144000 bytes' };
  await refuses(
    t,
    [{ name: 'a', content: 'x', declaredSizeBytes: CODE_UNZIPPED_BYTES_MAX + 1 }],
    tooLarge,
  );
  await refuses(t, [{ name: 'a', content: Buffer.alloc(1_000_000), declaredSizeBytes: 10 }]);
});
