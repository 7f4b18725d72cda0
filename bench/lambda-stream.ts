/**
 * A function that streams, through its URL: how soon is a first write with the client, and what does a
 * gigabyte take, in time and in Brume's memory?
 */
import { readFileSync } from 'node:fs';
import { AddPermissionCommand, CreateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { createFunction, lambdaAt } from './lambda-functions.ts';
import { median, report } from './measure.ts';
import { startBrume } from './servers.ts';

const FIRST_BYTES = 20;
const MIB = 1024 * 1024;
const TOTAL_MIB = Number(process.env['BENCH_STREAM_MIB'] ?? 1024);
const TARGET_FIRST_BYTE_MS = 5;
const SOURCE = `
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const mib = Number(event.rawQueryString);
  if (mib === 0) stream.write(String(process.hrtime.bigint()));
  const chunk = Buffer.alloc(${MIB}, 'x');
  for (let i = 0; i < mib; i++) {
    if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  if (mib === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  stream.end();
});`;

/** The most memory that a process ever had, in MB; NaN where the system does not say. */
function peakMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

const brume = await startBrume({ memory: true });
try {
  const lambda = lambdaAt(brume.port);
  const FunctionName = 'stream';
  await createFunction(lambda, FunctionName, { 'index.mjs': SOURCE }, { Timeout: 300 });
  const { FunctionUrl = '' } = await lambda.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName,
      AuthType: 'NONE',
      InvokeMode: 'RESPONSE_STREAM',
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'all',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
  );
  const firstByteMs: number[] = [];
  for (let i = 0; i <= FIRST_BYTES; i++) {
    const answer = await fetch(`${FunctionUrl}?0`);
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    // One clock for all processes.
    const nowNs = process.hrtime.bigint();
    const writtenNs = BigInt(Buffer.from(first?.value ?? []).toString());
    while ((await reader?.read())?.done === false);
    if (i > 0) firstByteMs.push(Number(nowNs - writtenNs) / 1e6);
  }
  const beforeMb = peakMb(brume.child.pid);
  const startedMs = performance.now();
  let bytes = 0;
  const answer = await fetch(`${FunctionUrl}?${TOTAL_MIB}`);
  for await (const chunk of answer.body ?? []) bytes += (chunk as Uint8Array).length;
  report({
    bench: 'lambda-stream',
    firstByteMs: median(firstByteMs),
    targetFirstByteMs: TARGET_FIRST_BYTE_MS,
    mib: bytes / MIB,
    seconds: (performance.now() - startedMs) / 1000,
    peakMbBefore: beforeMb,
    peakMb: peakMb(brume.child.pid),
  });
} finally {
  await brume.stop();
}
