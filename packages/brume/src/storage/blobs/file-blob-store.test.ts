import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { nodeEnvironment } from '../../environment/node.ts';
import { testBlobStore } from './contract.ts';
import { createFileBlobStore } from './file-blob-store.ts';

const environment = nodeEnvironment();

testBlobStore('file', (work) =>
  withFolder(async (folder) => work(await createFileBlobStore({ folder, environment }))),
);

test('file: blobs are there after a restart, unfinished ones are not', () =>
  withFolder(async (folder) => {
    const { id } = await (await createFileBlobStore({ folder, environment })).write(Buffer.of(1));
    await writeFile(join(folder, 'unfinished', 'left-over'), 'half');
    const blobs = await createFileBlobStore({ folder, environment });
    assert.deepEqual(await readdir(join(folder, 'unfinished')), []);
    assert.deepEqual(await buffer(blobs.read(id)), Buffer.of(1));
  }));

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'brume-blobs-'));
  try {
    await work(join(parent, 'blobs'));
  } finally {
    await rm(parent, { recursive: true });
  }
}
