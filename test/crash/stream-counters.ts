/** The table of counters that crash tests of streams and global tables have written and check. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const RUN_MS_MAX = 300;
export const CALLERS = 8;

export const COUNTERS = {
  TableName: 'table',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'index',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
} as const;

/** Lets a process write for a while, and takes note of the last acknowledged number of each caller. */
export async function writeUntilKilled(
  [writer, ...words]: readonly [string, ...string[]],
  acknowledged: Map<string, number>,
): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, writer), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = text(child.stdout);
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'readable'), exited]);
  await delay(Math.random() * RUN_MS_MAX);
  assert.ok(child.kill('SIGKILL'), 'the writer ended by itself');
  await exited;
  for (const line of (await printed).split('\n').slice(0, -1)) {
    const [caller = '', number = ''] = line.split(' ');
    acknowledged.set(caller, Number(number));
  }
}
