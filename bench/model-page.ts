/**
 * How long does each modelling library take to turn a page of 250 items into its results?
 *
 * Every library reads the same stored items through a client in memory that answers at once, so that
 * only its own work, and the SDK's unmarshalling where it relies on that, is measured.
 */
import { median, report } from './measure.ts';
import { ITEMS, libraries, preparePage } from './model/page.ts';
import type { ReadPage } from './model/page.ts';

const ROUNDS = 15;
/** The slow ones would otherwise take minutes. */
const ROUND_BUDGET_MS = 4000;

const medians = new Map<string, number>();
for (const [library, make] of Object.entries(libraries)) {
  const read = make();
  preparePage();
  const items = await read();
  if (items.length !== ITEMS || (items[3] as { visits?: number }).visits !== 1237) {
    throw new Error(`${library} read something else`);
  }
  medians.set(library, await measure(read));
}
for (const [library, ms] of medians) {
  report({
    question: 'model-page',
    library,
    msPerPage: ms,
    timesBrume: ms / (medians.get('@brume/model') as number),
  });
}

async function measure(read: ReadPage): Promise<number> {
  const timed = async (): Promise<number> => {
    preparePage();
    const started = performance.now();
    await read();
    return performance.now() - started;
  };
  const end = performance.now() + ROUND_BUDGET_MS;
  for (let warm = 0; warm < 40 && performance.now() < end - ROUND_BUDGET_MS / 2; warm++) {
    await timed();
  }
  const times: number[] = [];
  while (times.length < ROUNDS && (times.length < 3 || performance.now() < end)) {
    times.push(await timed());
  }
  return median(times);
}
