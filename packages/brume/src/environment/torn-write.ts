/** What a power cut makes of a file. A sector is never torn in itself. */
import type { Prng } from './prng.ts';

const SECTOR_BYTES = 512;

/** How much of what was not synced a power cut takes: from 0, nothing, to 1, all. */
export function anyLoss(prng: Prng): number {
  const some = prng.fraction();
  return prng.pick([0, 1, some, some, some / 20]);
}

/**
 * What a file may hold after the power went. Of the sectors that were written but not synced, those
 * after some point are lost, or any with some probability; `loss` 0 keeps all and 1 none.
 */
export function tear(synced: Buffer, current: Buffer, loss: number, prng: Prng): Buffer {
  const shorter = Math.min(synced.length, current.length);
  const longer = Math.max(synced.length, current.length);
  const torn = Buffer.alloc(Math.round(shorter + (longer - shorter) * (1 - loss)));
  const tailOnly = prng.chance(0.5);
  const fates = prng.fork();
  const written: Buffer[][] = [];
  for (let at = 0; at < torn.length; at += SECTOR_BYTES) {
    const end = Math.min(at + SECTOR_BYTES, torn.length);
    const [before, after, into] = [synced, current, torn].map((bytes) => bytes.subarray(at, end));
    if (before === undefined || after === undefined || into === undefined) continue;
    into.set(before);
    if (!before.equals(after)) written.push([into, after]);
  }
  for (const [index, [into, after]] of written.entries()) {
    const lost = tailOnly ? index >= written.length * (1 - loss) : fates.chance(loss);
    if (!lost && into !== undefined && after !== undefined) into.set(after);
  }
  return torn;
}
