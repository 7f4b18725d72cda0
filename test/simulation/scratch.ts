/** Folders for simulated disks, whose real syncs mean nothing: in memory where the system has that. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/** Lives a world's lives one after the other, each in the folder that the one before has left as `next`. */
export async function inLives(
  count: number,
  live: (folder: string, next: string, life: number) => Promise<void>,
): Promise<void> {
  const parent = makeScratchFolder();
  try {
    for (let life = 0; life < count; life++) {
      const [folder, next] = [join(parent, String(life)), join(parent, String(life + 1))];
      mkdirSync(folder, { recursive: true });
      await live(folder, next, life);
    }
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function makeScratchFolder(): string {
  return mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'brume-simulation-'));
}
