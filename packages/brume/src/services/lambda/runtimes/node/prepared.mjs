// Starts a Node.js runtime before there is a function for it: waits for one, then goes on as any other.
import { openPorts } from './open-ports.mjs';
import { runtimeClient } from './runtime-client.mjs';

/** What the runtime loads later, as far as it does not look at the function's variables. */
const EARLY = [
  './callback-handler.mjs',
  './errors.mjs',
  './load-handler.mjs',
  './provided-sdk.mjs',
];

await Promise.all([openPorts(), ...EARLY.map((module) => import(module))]);
Object.assign(process.env, await runtimeClient().assignment());
process.chdir(process.env.LAMBDA_TASK_ROOT);
await import('./bootstrap.mjs');
