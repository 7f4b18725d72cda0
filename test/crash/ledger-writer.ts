/**
 * The process that `sigkill.test.ts` kills: makes transactions on the database named by its argument
 * as fast as it can, and prints `caller number` for each that was acknowledged. Pipes are written
 * synchronously, so what was printed was acknowledged before the kill.
 */
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, makeTransaction } from './ledger.ts';

const [path = ''] = process.argv.slice(2);
const store = await createSqliteStore({
  path,
  environment: nodeEnvironment(),
  log: { log: (_, message) => process.stderr.write(`${message}\n`) },
  // Small, so that checkpoints and new beginnings of the log are killed too.
  walLimits: { checkpointBytes: 300_000, maxBytes: 600_000 },
});

const calling = async (caller: number) => {
  for (;;) process.stdout.write(`${caller} ${await makeTransaction(store, caller)}\n`);
};
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => calling(caller)));
