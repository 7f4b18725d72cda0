import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WalLimiter } from './wal-limiter.ts';

const LIMITS = { checkpointBytes: 100, maxBytes: 200 };

/** A log and a checkpointer that do as they are told. */
class Scene {
  walBytes = 0;
  resumed = 0;
  readonly said: string[] = [];
  /** Ends the pass that runs. */
  finishPass: (complete: boolean) => void = () => {};
  failPass: (error: Error) => void = () => {};
  passes = 0;

  readonly limiter = new WalLimiter({
    limits: LIMITS,
    walBytes: () => this.walBytes,
    resume: () => this.resumed++,
    log: { log: (_, message) => void this.said.push(message) },
    checkpointer: {
      checkpoint: () => {
        this.passes++;
        const { promise, resolve, reject } = Promise.withResolvers<boolean>();
        this.finishPass = resolve;
        this.failPass = reject;
        return promise;
      },
      close: async () => {},
    },
  });

  commit(walBytes: number): void {
    this.walBytes = walBytes;
    this.limiter.committed();
  }

  async finish(complete: boolean): Promise<void> {
    this.finishPass(complete);
    await settled();
  }
}

test('a log that nobody adds to is copied in one pass, and nobody waits', async () => {
  const scene = new Scene();
  scene.commit(99);
  assert.equal(scene.passes, 0);
  scene.commit(100);
  assert.equal(scene.passes, 1);
  assert.equal(scene.limiter.paused, false);
  await scene.finish(true);
  assert.equal(scene.passes, 1);
  assert.equal(scene.resumed, 1);
});

test('what was added during the first pass is copied by a second, for which commits wait', async () => {
  for (const complete of [false, true]) {
    const scene = new Scene();
    scene.commit(100);
    scene.commit(150);
    assert.equal(scene.limiter.paused, false);
    await scene.finish(complete);
    assert.equal(scene.passes, 2);
    assert.equal(scene.limiter.paused, true);
    await scene.finish(true);
    assert.equal(scene.limiter.paused, false);
    assert.equal(scene.resumed, 1);
  }
});

test('commits wait for a first pass that cannot keep up with them', () => {
  const scene = new Scene();
  scene.commit(100);
  scene.commit(199);
  assert.equal(scene.limiter.paused, false);
  scene.commit(200);
  assert.equal(scene.limiter.paused, true);
});

test('when a reader stands in the way it is said, and tried again when the log has grown', async () => {
  const scene = new Scene();
  scene.commit(100);
  await scene.finish(false);
  await scene.finish(false);
  assert.deepEqual(scene.said, ['another program reads the database: its log keeps growing']);
  assert.equal(scene.limiter.paused, false);
  scene.commit(199);
  assert.equal(scene.passes, 2);
  scene.commit(200);
  assert.equal(scene.passes, 3);
});

test('a checkpoint that fails is said, and stops no commits', async () => {
  const scene = new Scene();
  scene.commit(100);
  scene.failPass(new Error('disk I/O error'));
  await settled();
  assert.deepEqual(scene.said, ['checkpoint failed']);
  assert.equal(scene.limiter.paused, false);
  assert.equal(scene.resumed, 1);
});

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
