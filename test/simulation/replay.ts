/**
 * Replays the world of a seed and prints all that happens in it:
 *
 *     node test/simulation/replay.ts <seed>
 */
import { runWorld } from './world.ts';

const seed = Number(process.argv[2]);
if (!Number.isSafeInteger(seed) || seed < 0) {
  console.error('usage: node test/simulation/replay.ts <seed>');
  process.exit(2);
}
await runWorld(seed, (line) => console.log(line));
