/**
 * The process that the crash test of usage plans kills: counts requests of two keys without end, on the
 * database named by its first argument. The file named by the second gets `kept {key} {requests}` for all
 * that was kept, and `counted {key} {requests}` before each time that something is.
 */
import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { Quotas } from '../../packages/brume/src/services/execute-api/rest/quotas.ts';
import { createSqliteStore } from '../../packages/brume/src/storage/sqlite/sqlite-store.ts';
import { KEYS, preparePlan, QUOTA, recordsOn } from './usage-keys.ts';

const [path = '', output = ''] = process.argv.slice(2);
const environment = nodeEnvironment();
const log = { log: (_: string, message: string) => process.stderr.write(`${message}\n`) };
const store = await createSqliteStore({ path, environment, log });
await preparePlan(store);
const records = recordsOn(store);

const quotas = new Quotas({
  ...environment,
  log,
  records: {
    async save(usages) {
      const lines = (what: string) =>
        usages.map(({ keyId, usage }) => `${what} ${keyId} ${usage.used}\n`).join('');
      appendFileSync(output, lines('counted'));
      await records.save(usages);
      appendFileSync(output, lines('kept'));
      process.send?.('kept');
    },
  },
});
const meters = await Promise.all(
  KEYS.map(async (key) => quotas.meterOf(key, await records.find(key, key.planId, key.keyId))),
);
for (;;) {
  for (const meter of meters) quotas.take(meter, QUOTA);
  await setImmediate();
}
