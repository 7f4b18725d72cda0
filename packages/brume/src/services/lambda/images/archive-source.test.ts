/** Archives of images that are not OCI layouts: as Docker made them before version 25, and others do. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { newFolder, tar, type TarEntry } from './image.fixture.ts';
import { readAll } from './image-source.ts';
import { withLocalImage } from './local-source.ts';
import { readManifest } from './manifest.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const [one, two] = ['one', 'two'].map((name) => tar([{ name, content: name }])) as [Buffer, Buffer];
const config = Buffer.from(
  JSON.stringify({
    config: { Cmd: ['/one'] },
    rootfs: { diff_ids: [one, two, one].map((layer) => `sha256:${sha256(layer)}`) },
  }),
);

const IMAGE = {
  Config: `${sha256(config)}.json`,
  RepoTags: ['my/image:1'],
  Layers: ['c/layer.tar', 'b/layer.tar', 'a/layer.tar'],
};

function archive(images: unknown = [IMAGE], first: Buffer = one): TarEntry[] {
  return [
    // Before what it leads to.
    { name: 'a/layer.tar', type: '2', link: '../c/layer.tar' },
    { name: 'b/VERSION', content: '1.0' },
    { name: 'b/layer.tar', content: two },
    { name: 'c/layer.tar', content: first },
    { name: '../outside', content: 'no' },
    { name: IMAGE.Config, content: config },
    { name: 'manifest.json', content: JSON.stringify(images) },
  ];
}

/** What an archive has: the digest of its manifest, and the contents of its layers. */
async function read(t: TestContext, bytes: Buffer, tag?: string) {
  const folder = await newFolder(t);
  const path = join(folder, 'image.tar');
  await writeFile(path, bytes);
  return withLocalImage(path, tag, join(folder, 'scratch'), async (source) => {
    const top = await source.top();
    const { digest, layers } = readManifest(top, path);
    assert.deepEqual(await source.document(digest), top);
    const contents = await Promise.all(
      layers.map(async (layer) => readAll(await source.blob(layer.digest), 1e6)),
    );
    return { digest, contents, compressions: layers.map(({ compression }) => compression) };
  });
}

test('an archive is read by its own list, with links for layers that are there twice', async (t) => {
  const { digest, contents } = await read(t, tar(archive()));
  assert.deepEqual(contents, [one, two, one]);
  for (const compress of [gzipSync, zstdCompressSync]) {
    const again = await read(t, compress(tar(archive())), '1');
    assert.deepEqual([again.digest, again.contents], [digest, contents]);
  }
});

test('of two entries of an archive with one name the later counts', async (t) => {
  const index = (images: object[]) => ({
    ...{ name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: images }) },
  });
  await assert.rejects(read(t, tar([index([{}]), index([])])), /does not exist/);
});

test('layers of an archive may be compressed', async (t) => {
  const { contents, compressions } = await read(t, tar(archive([IMAGE], gzipSync(one))));
  assert.deepEqual(compressions, ['gzip', 'none', 'gzip']);
  assert.deepEqual(contents[0], gzipSync(one));
});

test('an archive that is not whole, or says not which of several, is refused', async (t) => {
  const refused = async (bytes: Buffer, reason: RegExp, tag?: string) =>
    assert.rejects(read(t, bytes, tag), reason);
  const other = { ...IMAGE, RepoTags: ['my/image:2'] };
  await refused(tar(archive([IMAGE, other])), /several: say which/);
  assert.equal((await read(t, tar(archive([IMAGE, other])), '2')).contents.length, 3);
  await refused(tar(archive()), /3 does not exist/, '3');
  await refused(tar(archive([IMAGE], two)), /is something else/);
  await refused(tar(archive([{ ...IMAGE, Layers: ['x'] }])), /does not have x/);
  await refused(tar(archive([{ ...IMAGE, Config: 1 }])), /documents are wrong/);
  await refused(tar(archive({})), /documents are wrong/);
  await refused(tar([{ name: 'x', content: '' }]), /does not have manifest\.json/);
  await refused(gzipSync(tar(archive())).subarray(0, 90), /./);
  await refused(Buffer.from('nothing'), /./);
});
