/** The kinds of jobs on whole tables that there are. */
import type { Timers } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { backupStep, type BackupNote } from '../backups/backup-job.ts';
import type { Garbage } from '../garbage.ts';
import type { WriteState } from '../item-changes.ts';
import { Jobs } from './jobs.ts';
import { restoreStep, type RestoreNote } from './restore-job.ts';

export function tableJobs(state: WriteState, garbage: Garbage, timers: Timers, log: Logger): Jobs {
  const jobs = new Jobs(state.store, timers, log);
  // The last step of a job may leave a history that nobody needs any more.
  jobs.register<BackupNote>('backup', async (note) => {
    await backupStep(state.store, state.catalog, note);
    garbage.collect();
  });
  jobs.register<RestoreNote>('restore', async (note) => {
    await restoreStep(state, note);
    garbage.collect();
  });
  return jobs;
}
