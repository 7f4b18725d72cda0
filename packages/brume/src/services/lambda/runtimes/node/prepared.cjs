// Starts a Node.js runtime before there is a function for it: waits for one, then goes on as any other.
'use strict';

const { runtimeClient } = require('./runtime-client.cjs');

/** What the runtime loads later, as far as it does not look at the function's variables. */
for (const name of ['callback-handler', 'errors', 'load-handler', 'provided-sdk']) {
  require(`./${name}.cjs`);
}

async function start() {
  if (process.connected) await require('./open-ports.cjs').openPorts();
  Object.assign(process.env, await runtimeClient().assignment());
  process.chdir(process.env.LAMBDA_TASK_ROOT);
  // oxlint-disable-next-line import/no-unassigned-import -- it runs
  require('./bootstrap.cjs');
}

void start();
