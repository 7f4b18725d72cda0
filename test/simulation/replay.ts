/**
 * Replays a seed and prints all that happens in it, in every simulated world or in one:
 *
 *     node test/simulation/replay.ts <seed> [storage|dynamodb|isolation]
 */
import { WORLDS } from './worlds.ts';

const [text = '', only] = process.argv.slice(2);
const names = [...WORLDS.keys()];
if (!/^\d+$/.test(text) || (only !== undefined && !WORLDS.has(only))) {
  console.error(`usage: node test/simulation/replay.ts <seed> [${names.join('|')}]`);
  process.exit(2);
}
for (const [name, run] of WORLDS) {
  if (only === undefined || only === name) await run(Number(text), (line) => console.log(line));
}
