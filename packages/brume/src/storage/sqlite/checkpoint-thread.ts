/** The thread of `ThreadCheckpointer`: its own connection to the database, used for checkpoints only. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointReport } from './checkpointer.ts';
import { checkpointPassively } from './passive-checkpoint.ts';

const database = new DatabaseSync(workerData as string);
database.exec('PRAGMA synchronous = NORMAL');

parentPort?.on('message', (request: 'checkpoint' | 'close') => {
  if (request === 'checkpoint') return parentPort?.postMessage(run());
  database.close();
  parentPort?.close();
});

function run(): CheckpointReport {
  try {
    return { complete: checkpointPassively(database) };
  } catch (error) {
    return { failure: String(error) };
  }
}
