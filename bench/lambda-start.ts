/**
 * How long does the first invocation of a function take, with an environment that waits for one and
 * without, over a bare start of its interpreter? Through the public API, small functions, one after the
 * other; each is another function.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { createFunction, lambdaAt, PYTHON_ECHO } from './lambda-functions.ts';
import { median, report } from './measure.ts';
import { startBrume } from './servers.ts';

const STARTS = 7;
/** For an environment that waits to be there again. */
const REFILL_MS = 700;
const TARGET_POOLED_MS = 25;
const TARGET_POOLED_PYTHON_MS = 15;
const TARGET_OVER_BARE = 1.5;

async function bareStart(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startedMs;
}

/** The median of first invocations of new functions; the first is not counted. */
async function firstInvocations(lambda: LambdaClient, kind: 'node' | 'python', waitMs: number) {
  const times: number[] = [];
  for (let i = 0; i <= STARTS; i++) {
    const name = `${kind}${waitMs}-${i}`;
    if (kind === 'node') await createFunction(lambda, name);
    else await createFunction(lambda, name, PYTHON_ECHO, { Runtime: 'python3.13' });
    await setTimeout(waitMs);
    const startedMs = performance.now();
    await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
    if (i > 0) times.push(performance.now() - startedMs);
  }
  return median(times);
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

async function measure(prepare: boolean, waitMs: number) {
  const brume = await startBrume({ memory: true, prepare });
  try {
    const lambda = lambdaAt(brume.port);
    const node = await firstInvocations(lambda, 'node', waitMs);
    const frozenMb = ownMemoryMb('runtimes/node/');
    return { node, frozenMb, python: await firstInvocations(lambda, 'python', waitMs) };
  } finally {
    await brume.stop();
  }
}

const bare: number[] = [];
for (let i = 0; i < STARTS; i++) bare.push(await bareStart());
const unpooled = await measure(false, 0);
const pooled = await measure(true, REFILL_MS);
for (let i = 0; i < STARTS; i++) bare.push(await bareStart());
const bareMs = median(bare);
report({
  bench: 'lambda-start',
  bareNodeMs: bareMs,
  nodeMs: unpooled.node,
  overBare: unpooled.node / bareMs,
  targetOverBare: TARGET_OVER_BARE,
  pooledNodeMs: pooled.node,
  targetPooledNodeMs: TARGET_POOLED_MS,
  pythonMs: unpooled.python,
  pooledPythonMs: pooled.python,
  targetPooledPythonMs: TARGET_POOLED_PYTHON_MS,
  frozenNodeOwnMb: unpooled.frozenMb,
});
