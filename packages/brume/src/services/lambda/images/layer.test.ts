import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeImage, newFolder, tar, type TarEntry } from './image.fixture.ts';
import { unpackImage } from './image-root.ts';
import type { ImageSource } from './image-source.ts';
import { readManifest } from './manifest.ts';
import { resolveWithin } from './rooted-path.ts';

type Layers = readonly (readonly TarEntry[] | Buffer)[];

/** Unpacks layers into `root`, in a folder where a neighbour is that nothing may touch. */
async function unpack(t: TestContext, layers: Layers, bytesMax?: number) {
  const folder = await newFolder(t);
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'file'), 'untouched');
  const packed = layers.map((layer) => (Buffer.isBuffer(layer) ? layer : tar([...layer])));
  const { manifest, mediaType, blobs } = makeImage({ layers: packed });
  const source: ImageSource = {
    top: async () => ({ mediaType, bytes: manifest }),
    document: async () => ({ mediaType, bytes: manifest }),
    blob: async (digest) =>
      (async function* () {
        yield blobs.get(digest) ?? Buffer.alloc(0);
      })(),
  };
  const root = join(folder, 'root');
  const read = readManifest({ mediaType, bytes: manifest }, 'test');
  const unpacked = unpackImage(source, read, root, bytesMax);
  const sizeBytes = await unpacked.finally(() => {
    assert.deepEqual(readdirSync(folder).toSorted(), ['outside', 'root']);
    assert.deepEqual(readdirSync(join(folder, 'outside')), ['file']);
    assert.equal(readFileSync(join(folder, 'outside', 'file'), 'utf8'), 'untouched');
  });
  const text = (name: string) => readFileSync(join(root, name), 'utf8');
  const names = (name: string) => readdirSync(join(root, name)).toSorted();
  return { folder, root, sizeBytes, text, names };
}

const file = (name: string, content = name): TarEntry => ({ name, content });
const link = (name: string, target: string): TarEntry => ({ name, type: '2', link: target });
const hardLink = (name: string, target: string): TarEntry => ({ name, type: '1', link: target });
const folderOf = (name: string): TarEntry => ({ name, type: '5', mode: 0o700 });

test('later layers lie over earlier ones, and take away what they mark', async (t) => {
  const { text, names, sizeBytes } = await unpack(t, [
    [file('a/kept'), file('a/gone'), file('a/changed', 'old'), file('b/x'), file('b/deep/y')],
    [file('a/.wh.gone', ''), file('a/changed', 'new'), file('b/.wh..wh..opq', ''), file('b/z')],
    [hardLink('c', 'a/kept'), { name: 'run', content: '', mode: 0o711 }],
  ]);
  assert.deepEqual(names('a'), ['changed', 'kept']);
  assert.deepEqual(names('b'), ['z']);
  assert.equal(text('a/changed') + text('c'), 'newa/kept');
  assert.equal(sizeBytes, 'a/kept'.length + 'a/gone'.length + 6 + 'b/x'.length + 8 + 'b/z'.length);
});

test('marks are for what is below: a layer keeps its own, in whichever order', async (t) => {
  const { names } = await unpack(t, [
    [file('a/below'), file('a/in/below')],
    [file('a/in/own'), file('a/own'), file('a/.wh.own', ''), file('a/.wh..wh..opq', '')],
  ]);
  assert.deepEqual([names('a'), names('a/in')], [['in', 'own'], ['own']]);
});

test('everything can be read, nothing has special rights, and there are no devices', async (t) => {
  const { root, names } = await unpack(t, [
    [
      folderOf('closed'),
      { name: 'closed/root', content: 'x', mode: 0o4700 },
      { name: 'closed/null', type: '3' },
    ],
  ]);
  assert.deepEqual(names('closed'), ['root']);
  assert.equal(lstatSync(join(root, 'closed')).mode & 0o7777, 0o755);
  assert.equal(lstatSync(join(root, 'closed/root')).mode & 0o7777, 0o755);
});

test('links lead to where they would lead inside, never out', async (t) => {
  const { root, text } = await unpack(t, [
    [link('absolute', '/real'), link('up', '../../../outside'), folderOf('real')],
    [file('absolute/one'), file('up/file', 'inside')],
  ]);
  assert.equal(text('real/one'), 'absolute/one');
  assert.equal(text('outside/file'), 'inside');
  assert.equal(readlinkSync(join(root, 'absolute')), '/real');
  assert.equal(resolveWithin(root, '/absolute/../../../up/file'), join(root, 'outside/file'));
});

const HOSTILE: readonly (readonly [string, Layers])[] = [
  ['a name that leads out', [[file('../outside/file')]]],
  ['a name that leads out on the way', [[file('a/../../outside/file')]]],
  ['a hard link to a file outside', [[hardLink('a', '../outside/file')]]],
  ['a hard link through a link', [[link('out', '../outside'), hardLink('a', 'out/file')]]],
  ['a hard link to nothing', [[hardLink('a', 'b')]]],
  ['a mark for what is above', [[file('a/.wh...', '')]]],
  ['a mark for the folder itself', [[file('a/.wh..', '')]]],
  ['a mark outside', [[file('../outside/.wh.file', '')]]],
  ['links in a circle', [[link('a', 'b'), link('b', 'a'), file('a/x')]]],
  ['a layer that is packed twice', [gzipSync(tar([file('a')]))]],
  ['a layer that is not a tar file', [Buffer.alloc(2048, 'x')]],
  ['a layer that ends too soon', [tar([file('a', 'x'.repeat(5000))]).subarray(0, 2000)]],
];

for (const [what, layers] of HOSTILE) {
  test(`${what} is refused`, async (t) => {
    await assert.rejects(unpack(t, layers), { code: 'InvalidParameterValueException' });
  });
}

test('an absolute name, a mark through a link and a file in a link’s place stay inside', async (t) => {
  const { text, names } = await unpack(t, [
    [link('out', '../outside'), file('outside/file'), link('place', '../outside/file')],
    [file('/absolute'), file('out/.wh.file', ''), file('place')],
  ]);
  assert.equal(text('absolute') + text('place'), '/absoluteplace');
  assert.deepEqual(names('outside'), []);
});

test('bombs end where the room does: by their files, and by what is between them', async (t) => {
  const large = [file('a', 'x'.repeat(60_000)), file('b', 'x'.repeat(60_000))];
  await assert.rejects(unpack(t, [large], 100_000), /over 100000 bytes/);
  const zeros = Buffer.concat([tar([file('a')]), Buffer.alloc(1024 * 1024)]);
  await assert.rejects(unpack(t, [zeros], 10_000), /over 20000 bytes/);
});

test('a layer may be empty, and links give way where things are mounted', async (t) => {
  const { root } = await unpack(t, [
    Buffer.alloc(1024),
    [link('tmp', '/outside'), file('dev'), link('etc/hosts', '../../outside/file')],
  ]);
  for (const name of ['tmp', 'dev', 'proc']) assert(lstatSync(join(root, name)).isDirectory());
  for (const name of ['etc/hosts', 'etc/resolv.conf']) assert(lstatSync(join(root, name)).isFile());
});
