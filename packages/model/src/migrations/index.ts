/** `@brume/model/migrations`: tables made, changed, backfilled, and written down for other tools. */
export { toCloudFormation } from '../infrastructure/cloudformation.ts';
export { createTableInput } from '../infrastructure/create-table.ts';
export { toTerraform } from '../infrastructure/terraform.ts';
export { backfill } from './backfill.ts';
export type { BackfillOptions, BackfillProgress } from './backfill.ts';
export { diffTable } from './diff.ts';
export type { Step, TableDiff } from './diff.ts';
export { migrate } from './migrate.ts';
export type { MigrateOptions } from './migrate.ts';
export { progressBar } from './progress-bar.ts';
export type { BarProgress, ProgressBar, Terminal } from './progress-bar.ts';
