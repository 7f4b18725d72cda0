/**
 * How long does a fresh process take to import the modelling library, without the SDK?
 *
 * Each import is timed within a process of its own, as at a Lambda function's cold start. The SDK's
 * client, which comes on top with the first request, is there to compare with.
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
  import: `const start = performance.now(); await import('@brume/model'); STOP`,
  require: `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url); const start = performance.now(); require('@brume/model'); STOP`,
  'the SDK client': `const start = performance.now(); await import(${JSON.stringify(sdk.href)}); STOP`,
};
try {
  for (const [how, program] of Object.entries(programs)) {
    const file = path.join(project, 'program.mjs');
    writeFileSync(file, program.replace('STOP', 'console.log(performance.now() - start)'));
    const times = Array.from({ length: PROCESSES }, () =>
      Number(execFileSync(process.execPath, [file], { encoding: 'utf8' })),
    );
    report({ question: 'model-import', how, ms: median(times), fastestMs: Math.min(...times) });
  }
} finally {
  remove();
}
