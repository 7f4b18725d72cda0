/** Random bytes drawn many at a time: every request needs a few, and asking for them costs a call each. */
import type { Random } from '../../environment/environment.ts';

const POOL_BYTES = 4_096;

export function pooled(random: Random): Random {
  let pool: Buffer = Buffer.alloc(0);
  return {
    uuid: () => random.uuid(),
    fraction: () => random.fraction(),
    bytes(count) {
      if (count > POOL_BYTES) return random.bytes(count);
      if (pool.length < count) pool = random.bytes(POOL_BYTES);
      const taken = pool.subarray(0, count);
      pool = pool.subarray(count);
      return taken;
    },
  };
}
