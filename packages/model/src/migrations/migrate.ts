/** Brings a table to its definition, step by step. */
import { executorOf } from '../client/client.ts';
import type { Executor } from '../client/client.ts';
import type { TableDescription } from '../client/operations.ts';
import { ModelError } from '../errors.ts';
import type { ModelOptions } from '../model/context.ts';
import type { TableDefinition } from '../table/table.ts';
import { diffTable } from './diff.ts';
import type { Step, TableDiff } from './diff.ts';

export interface MigrateOptions extends Pick<ModelOptions, 'client' | 'commands' | 'wait'> {
  /** Only says what would be done. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly step: string;
  }) => void;
  /** How often to ask whether a step is done, and how long to go on asking. */
  readonly pollMs?: number;
  readonly timeoutMs?: number;
}

const POLL_MS = 1000;
/** Filling a new index takes as long as the table is large. */
const TIMEOUT_MS = 3600_000;

/** The differences of each table, which are gone afterwards unless it was a dry run. */
export async function migrate(table: TableDefinition, options: MigrateOptions): Promise<TableDiff> {
  const executor = executorOf(options.client, options.commands);
  const diff = await readDiff(executor, table);
  if (options.dryRun) return diff;
  if (diff.impossible.length > 0) {
    throw new ModelError('InvalidRequest', `table ${table.name}: ${diff.impossible.join('; ')}`);
  }
  for (const [done, step] of diff.steps.entries()) {
    options.onProgress?.({ done, total: diff.steps.length, step: step.told });
    await take(executor, table, step);
    await untilActive(executor, table, options);
  }
  const total = diff.steps.length;
  options.onProgress?.({ done: total, total, step: 'done' });
  return diff;
}

async function readDiff(executor: Executor, table: TableDefinition): Promise<TableDiff> {
  const actual = await describe(executor, table);
  if (!actual) return diffTable(table, undefined);
  const { TimeToLiveDescription } = await executor.execute('DescribeTimeToLive', {
    TableName: table.name,
  });
  return diffTable(table, actual, TimeToLiveDescription);
}

async function describe(
  executor: Executor,
  table: TableDefinition,
): Promise<TableDescription | undefined> {
  try {
    return (await executor.execute('DescribeTable', { TableName: table.name })).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function take(executor: Executor, table: TableDefinition, step: Step): Promise<void> {
  switch (step.kind) {
    case 'create-table':
      await executor.execute('CreateTable', step.input);
      return;
    case 'update-table':
      await executor.execute('UpdateTable', step.input);
      return;
    case 'time-to-live': {
      const { attribute, enabled } = step;
      await executor.execute('UpdateTimeToLive', {
        TableName: table.name,
        TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled },
      });
    }
  }
}

async function untilActive(
  executor: Executor,
  table: TableDefinition,
  options: MigrateOptions,
): Promise<void> {
  const { pollMs = POLL_MS, timeoutMs = TIMEOUT_MS } = options;
  const wait = options.wait ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += pollMs) {
    const actual = await describe(executor, table);
    const states = actual?.GlobalSecondaryIndexes?.map(({ IndexStatus }) => IndexStatus) ?? [];
    if ([actual?.TableStatus, ...states].every((state) => state === 'ACTIVE')) return;
    await wait(pollMs);
  }
  throw new ModelError('InvalidRequest', `table ${table.name} is still not active`);
}
