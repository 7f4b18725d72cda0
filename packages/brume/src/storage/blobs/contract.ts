/** What every blob store promises: one suite, run by the test of each. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { BlobStore } from '../blob-store.ts';
import { BlobNotFoundError } from './errors.ts';

/** `withStore` gives an empty store to `work`, and cleans up after it. */
export function testBlobStore(
  name: string,
  withStore: (work: (blobs: BlobStore) => Promise<void>) => Promise<void>,
): void {
  const check = (behaviour: string, work: (blobs: BlobStore) => Promise<void>) => {
    void test(`${name}: ${behaviour}`, () => withStore(work));
  };

  check('a blob is read back whole, with its size and SHA-256', async (blobs) => {
    const bytes = sample(300_000);
    const reference = await blobs.write(bytes);
    assert.equal(reference.sizeBytes, 300_000);
    assert.equal(reference.sha256, createHash('sha256').update(bytes).digest('base64'));
    assert.deepEqual(await buffer(blobs.read(reference.id)), bytes);
  });

  check('a streamed blob equals one written at once', async (blobs) => {
    const bytes = sample(200_001);
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
    };
    const reference = await blobs.write(chunks());
    assert.deepEqual({ ...(await blobs.write(bytes)), id: reference.id }, reference);
    assert.deepEqual(await buffer(blobs.read(reference.id)), bytes);
  });

  check('an empty blob is a blob', async (blobs) => {
    const { id, sizeBytes } = await blobs.write(new Uint8Array());
    assert.equal(sizeBytes, 0);
    assert.deepEqual(await buffer(blobs.read(id)), Buffer.alloc(0));
    assert.deepEqual(await ids(blobs), [id]);
  });

  check('a range is cut to what is there', async (blobs) => {
    const bytes = sample(1000);
    const { id } = await blobs.write(bytes);
    for (const [start, end] of [
      [0, 1],
      [999, 1000],
      [10, 500],
      [500, 5000],
      [7, 7],
      [2000, 3000],
    ]) {
      const range = { start: start as number, end: end as number };
      assert.deepEqual(await buffer(blobs.read(id, range)), bytes.subarray(start, end));
    }
  });

  check('a blob stays as it was written', async (blobs) => {
    const bytes = sample(100);
    const { id } = await blobs.write(bytes);
    bytes.fill(0);
    (await buffer(blobs.read(id))).fill(1);
    assert.deepEqual(await buffer(blobs.read(id)), sample(100));
  });

  check('a source that fails leaves nothing', async (blobs) => {
    const source = async function* () {
      yield sample(10);
      throw new Error('connection lost');
    };
    await assert.rejects(blobs.write(source()), /connection lost/);
    assert.deepEqual(await ids(blobs), []);
  });

  check('deleting is final, and may be repeated', async (blobs) => {
    const kept = await blobs.write(sample(1));
    const { id } = await blobs.write(sample(2));
    await blobs.delete(id);
    await blobs.delete(id);
    await assert.rejects(buffer(blobs.read(id)), BlobNotFoundError);
    assert.deepEqual(await ids(blobs), [kept.id]);
  });

  check('an id is never a path', async (blobs) => {
    for (const id of ['../secret', '', '.', 'unfinished', 'f'.repeat(31), 'F'.repeat(32)]) {
      await assert.rejects(buffer(blobs.read(id)), BlobNotFoundError);
      await blobs.delete(id);
    }
  });

  check('many are written at once', async (blobs) => {
    const sizes = Array.from({ length: 40 }, (_, index) => index * 100);
    const written = await Promise.all(sizes.map((size) => blobs.write(sample(size))));
    assert.deepEqual((await ids(blobs)).sort(), written.map(({ id }) => id).sort());
    for (const { id, sizeBytes } of written) {
      assert.deepEqual(await buffer(blobs.read(id)), sample(sizeBytes));
    }
  });
}

function sample(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => index * 31 + (index >> 8)));
}

async function ids(blobs: BlobStore): Promise<string[]> {
  const found: string[] = [];
  for await (const id of blobs.list()) found.push(id);
  return found;
}
