/** The kinds of jobs on whole tables that there are. */
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { backupStep, type BackupNote } from '../backups/backup-job.ts';
import type { Garbage } from '../tables/garbage.ts';
import { whileTablesChange, type WriteState } from '../items/item-changes.ts';
import {
  fillStep,
  removalStep,
  type FillNote,
  type RemovalNote,
} from '../replication/replica-jobs.ts';
import { bulkStep, type BulkNote } from '../transfer/bulk-job.ts';
import { exportStep, type ExportNote } from '../transfer/export-job.ts';
import { importStep, type ImportNote } from '../transfer/import-job.ts';
import { ItemLoads } from '../transfer/item-load.ts';
import type { Objects } from '../transfer/objects.ts';
import { Jobs } from './jobs.ts';
import { restoreStep, type RestoreNote } from './restore-job.ts';

export interface JobParts {
  readonly state: WriteState;
  readonly garbage: Garbage;
  readonly environment: Environment;
  readonly log: Logger;
  /** Undefined where nothing can be exported to, or imported from. */
  readonly objects: Objects | undefined;
}

export function tableJobs({ state, garbage, environment, log, objects }: JobParts): Jobs {
  const jobs = new Jobs(state.store, environment.timers, log);
  const replicas = { ...state, environment };
  jobs.register<FillNote>('replica-fill', (note) => fillStep(replicas, note));
  jobs.register<RemovalNote>('replica-removal', async (note) => {
    const waitMs = await removalStep(replicas, note);
    garbage.collect();
    return waitMs;
  });
  // The last step of a job may leave a history that nobody needs any more.
  jobs.register<BackupNote>('backup', async (note) => {
    await backupStep(state.store, state.catalog, note);
    garbage.collect();
  });
  jobs.register<RestoreNote>('restore', async (note) => {
    await whileTablesChange(state, () => restoreStep(state, note));
    garbage.collect();
  });
  if (objects === undefined) return jobs;
  const { clock } = environment;
  const { store, catalog } = state;
  const loads = new ItemLoads(objects);
  jobs.register<ExportNote>('export', async (note) => {
    await exportStep({ store, catalog, objects, clock }, note);
    garbage.collect();
  });
  const load = { ...state, loads, clock, log, objects };
  jobs.register<ImportNote>('import', (note) =>
    whileTablesChange(state, () => importStep(load, note)),
  );
  jobs.register<BulkNote>('bulk', (note) => whileTablesChange(state, () => bulkStep(load, note)));
  return jobs;
}
