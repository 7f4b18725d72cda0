/**
 * How long does a fresh process take to import the modelling library, without the SDK?
 *
 * Each import is timed within a process of its own, as at a Lambda function's cold start; `cpuMs` is
 * the processor's time, which says more on a busy machine. The SDK's client, which comes on top with
 * the first request, is there to compare with.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { median, report } from './measure.ts';
import { installModel } from './model/installed.ts';

const PROCESSES = 15;
const { project, remove } = installModel();
const sdk = new URL('../node_modules/@aws-sdk/client-dynamodb/dist-cjs/index.js', import.meta.url);

const programs = {
  import: `START await import('@brume/model'); STOP`,
  require: `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url); START require('@brume/model'); STOP`,
  'the SDK client': `START await import(${JSON.stringify(sdk.href)}); STOP`,
};
const start = 'const cpu = process.cpuUsage(); const start = performance.now();';
const stop = `const ms = performance.now() - start; const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));`;
try {
  for (const [how, program] of Object.entries(programs)) {
    const file = path.join(project, 'program.mjs');
    writeFileSync(file, program.replace('START', start).replace('STOP', stop));
    const runs = Array.from(
      { length: PROCESSES },
      () =>
        JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' })) as {
          ms: number;
          cpuMs: number;
        },
    );
    const times = runs.map(({ ms }) => ms);
    report({
      question: 'model-import',
      how,
      ms: median(times),
      fastestMs: Math.min(...times),
      cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    });
  }
} finally {
  remove();
}
