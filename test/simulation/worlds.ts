/** The simulated worlds, by name. Each lets the world of a seed happen, and rejects when it must not. */
import { runIsolationWorld } from '../isolation/isolation-world.ts';
import { runDynamoDBWorld } from './dynamodb-world.ts';
import { runGlobalTableWorld } from './global-table-world.ts';
import { runStorageWorld } from './storage-world.ts';
import type { Trace } from './trace.ts';

export const WORLDS: ReadonlyMap<string, (seed: number, trace: Trace) => Promise<void>> = new Map([
  ['storage', runStorageWorld],
  ['dynamodb', runDynamoDBWorld],
  ['global-tables', runGlobalTableWorld],
  ['isolation', runIsolationWorld],
]);
