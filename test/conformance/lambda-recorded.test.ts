/** What AWS's Lambda answered (recorded 2022–2026), against what Brume answers to the same requests. */
import { test } from 'node:test';
import { codeSigning } from './lambda/code-signing.ts';
import { concurrency, concurrencyConfigs } from './lambda/concurrency.ts';
import { destinationConfigs, eventInvokeConfigs } from './lambda/event-invoke-configs.ts';
import { functions } from './lambda/functions.ts';
import { layers } from './lambda/layers.ts';
import { permissions } from './lambda/permissions.ts';
import { play, recordings, skip, type Script } from './lambda/recordings.ts';
import { versions } from './lambda/versions.ts';

const scripts: Readonly<Record<string, Readonly<Record<string, Script>>>> = {
  'lambda.json': { ...concurrency },
  'lambda_api.json': {
    ...concurrencyConfigs,
    ...codeSigning,
    ...eventInvokeConfigs,
    ...functions,
    ...layers,
    ...permissions,
    ...versions,
  },
  'lambda_destinations.json': destinationConfigs,
};

for (const [file, played] of Object.entries(scripts)) {
  const recorded = skip === false ? recordings(file) : new Map();
  for (const [name, script] of Object.entries(played)) {
    test(`AWS and Brume agree: ${name}`, { skip }, () => play(recorded.get(name), script));
  }
}
