/**
 * How long does the first invocation of a function take, with an environment that waits for one and
 * without, over a bare start of Node.js? Through the public API, small functions; each is another function, and all
 * are in turn.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { createFunction, lambdaAt, PYTHON_ECHO } from './lambda-functions.ts';
import { median, report } from './measure.ts';
import { startBrume } from './servers.ts';

const STARTS = 15;
/** For what the start before has left to do; for an environment that waits to be there again. */
const PAUSE_MS = 400;
const TARGET_POOLED_MS = 25;
const TARGET_POOLED_PYTHON_MS = 15;
const TARGET_OVER_BARE = 1.5;

async function bareStart(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startedMs;
}

type Kind = 'node' | 'python';

/** How long the first invocation of a new function takes. */
async function firstInvocation(lambda: LambdaClient, kind: Kind, name: string): Promise<number> {
  if (kind === 'node') await createFunction(lambda, name);
  else await createFunction(lambda, name, PYTHON_ECHO, { Runtime: 'python3.13' });
  await setTimeout(PAUSE_MS);
  const startedMs = performance.now();
  await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
  return performance.now() - startedMs;
}

/** Memory that a process has for itself, of those whose command line has `mark`; medians, in MB. */
function ownMemoryMb(mark: string): number {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark)) return [];
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
        const kib = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)];
        return [kib.reduce((sum, [, size]) => sum + Number(size), 0) / 1024];
      } catch {
        return [];
      }
    })
    // bubblewrap and the shell have that command line too, and next to no memory.
    .filter((size) => size > 4);
  return sizes.length === 0 ? NaN : median(sizes);
}

const [unpooled, pooled] = await Promise.all([
  startBrume({ memory: true, prepare: false }),
  startBrume({ memory: true, prepare: true }),
]);
try {
  const clients = { unpooled: lambdaAt(unpooled.port), pooled: lambdaAt(pooled.port) };
  const bare: number[] = [];
  const times = { node: [] as number[], python: [] as number[] };
  const waiting = { node: [] as number[], python: [] as number[] };
  for (let i = 0; i <= STARTS; i++) {
    for (const kind of ['node', 'python'] as const) {
      const bareMs = await bareStart();
      const unpooledMs = await firstInvocation(clients.unpooled, kind, `${kind}${i}`);
      const pooledMs = await firstInvocation(clients.pooled, kind, `${kind}${i}`);
      // The first of all finds nothing that waits.
      if (i === 0) continue;
      bare.push(bareMs);
      times[kind].push(unpooledMs);
      waiting[kind].push(pooledMs);
    }
  }
  const bareMs = median(bare);
  report({
    bench: 'lambda-start',
    bareNodeMs: bareMs,
    nodeMs: median(times.node),
    overBare: median(times.node) / bareMs,
    targetOverBare: TARGET_OVER_BARE,
    pooledNodeMs: median(waiting.node),
    targetPooledNodeMs: TARGET_POOLED_MS,
    pythonMs: median(times.python),
    pooledPythonMs: median(waiting.python),
    targetPooledPythonMs: TARGET_POOLED_PYTHON_MS,
    frozenNodeOwnMb: ownMemoryMb('runtimes/node/'),
  });
} finally {
  await unpooled.stop();
  await pooled.stop();
}
