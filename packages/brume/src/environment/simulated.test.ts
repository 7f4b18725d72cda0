import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Disk } from './disk.ts';
import { Simulation } from './simulated.ts';
import type { SimulatedEnvironment } from './simulated.ts';

test('time goes from event to event, in order, without waiting', async () => {
  const { clock, run, timers } = start(1);
  const startMs = clock.nowMs();
  const seen: string[] = [];
  await run(
    new Promise<void>((resolve) => {
      timers.after(86_400_000, resolve);
      timers.after(2, () => seen.push('2 ms'));
      timers.after(1, () => {
        timers.nextTurn(() => seen.push('next turn'));
        seen.push('1 ms');
      });
      timers.after(1, () => seen.push('1 ms, asked for later'));
      timers.after(3, () => seen.push('never')).cancel();
    }),
  );
  assert.deepEqual(seen, ['1 ms', '1 ms, asked for later', 'next turn', '2 ms']);
  assert.equal(clock.nowMs() - startMs, 86_400_000);
});

test('work that waits for nothing that can happen is an error, not a hang', async () => {
  const { run } = start(1);
  await assert.rejects(run(new Promise(() => {})), /nothing more can happen/);
});

test('what was synced survives every power cut; what was not survives some', async () => {
  const kept = { synced: 0, written: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const files = await cutPower(seed, async ({ disk }, folder) => {
      await writeFile(disk, join(folder, 'file'), 'synced');
      await disk.syncDirectory(folder);
      const file = await disk.open(join(folder, 'file'), { create: false });
      await file.write(Buffer.from('written'), 0);
      await file.close();
    });
    assert.deepEqual([...files.keys()], ['file']);
    if (files.get('file') === 'synced') kept.synced++;
    if (files.get('file') === 'written') kept.written++;
  }
  assert.ok(kept.synced > 10 && kept.written > 10, JSON.stringify(kept));
});

test('a new or changed name is sure once its folder is synced, and open until then', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const files = await cutPower(seed, async ({ disk }, folder) => {
      await writeFile(disk, join(folder, 'sure'), '1');
      await writeFile(disk, join(folder, 'removed'), '2');
      await disk.syncDirectory(folder);
      await disk.remove(join(folder, 'removed'));
      await writeFile(disk, join(folder, 'draft'), '3');
      await disk.rename(join(folder, 'draft'), join(folder, 'renamed'));
    });
    assert.equal(files.get('sure'), '1');
    outcomes.add([...files].map(([name, text]) => `${name}=${text}`).join());
  }
  for (const outcome of ['renamed=3,sure=1', 'removed=2,sure=1', 'sure=1']) {
    assert.ok(outcomes.has(outcome), [...outcomes].join(' | '));
  }
});

test('a sync does not cover what is written while it runs', async () => {
  let covered = 0;
  for (let seed = 0; seed < 30; seed++) {
    const files = await cutPower(seed, async ({ disk }, folder) => {
      await writeFile(disk, join(folder, 'file'), 'before');
      await disk.syncDirectory(folder);
      const file = await disk.open(join(folder, 'file'), { create: false });
      const synced = file.sync();
      await file.write(Buffer.from('during'), 0);
      await synced;
    });
    if (files.get('file') === 'during') covered++;
  }
  assert.ok(covered < 30);
});

/** An environment without a folder: for what does not touch the disk. */
function start(seed: number) {
  const simulation = new Simulation(seed);
  const { clock, timers } = simulation;
  return { clock, timers, run: <Result>(work: Promise<Result>) => simulation.run(work) };
}

/** Does the work, cuts the power right after, and returns what is left. */
async function cutPower(
  seed: number,
  work: (environment: SimulatedEnvironment, folder: string) => Promise<void>,
): Promise<Map<string, string>> {
  const parent = mkdtempSync(join(tmpdir(), 'brume-simulated-'));
  try {
    const [folder, remains] = [join(parent, 'folder'), join(parent, 'remains')];
    mkdirSync(folder);
    const simulation = new Simulation(seed);
    const environment = simulation.environment(folder);
    await simulation.run(work(environment, folder));
    mkdirSync(remains);
    environment.disk.writeRemains(remains);
    const names = readdirSync(remains).sort();
    return new Map(names.map((name) => [name, readFileSync(join(remains, name), 'utf8')]));
  } finally {
    rmSync(parent, { recursive: true });
  }
}

async function writeFile(disk: Disk, path: string, text: string): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.write(Buffer.from(text), 0);
  await file.sync();
  await file.close();
}
