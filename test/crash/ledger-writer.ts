/**
 * The process that the crash tests watch: makes transactions on the database named by its first
 * argument as fast as it can, and prints `caller number` for each that was acknowledged. Its output
 * must be a file: a full pipe would keep lines in the process, which die with it. With a second
 * argument every caller makes that many transactions, and the database is closed.
 */
import { writeSync } from 'node:fs';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { CALLERS, makeTransaction } from './ledger.ts';

const [path = '', transactions = 'Infinity'] = process.argv.slice(2);
const store = await createSqliteStore({
  path,
  environment: nodeEnvironment(),
  log: { log: (_, message) => process.stderr.write(`${message}\n`) },
  // Small, so that checkpoints and new beginnings of the log are killed too.
  walLimits: { checkpointBytes: 300_000, maxBytes: 600_000 },
});

process.send?.('open');

const STANDARD_OUTPUT = 1;
const calling = async (caller: number) => {
  let number = 0;
  while (number < Number(transactions)) {
    number = await makeTransaction(store, caller);
    writeSync(STANDARD_OUTPUT, `${caller} ${number}\n`);
  }
};
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => calling(caller)));
await store.close();
