/** What AWS's Lambda answered (recorded 2022–2026), against what Brume answers to the same requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeSigning } from './lambda/code-signing.ts';
import { concurrency, concurrencyConfigs } from './lambda/concurrency.ts';
import { destinationConfigs, eventInvokeConfigs } from './lambda/event-invoke-configs.ts';
import { mappings, queues } from './lambda/event-sources.ts';
import { functions } from './lambda/functions.ts';
import { invocations } from './lambda/invocations.ts';
import { lateDestinations, lateEvents } from './lambda/late-events.ts';
import { layers } from './lambda/layers.ts';
import { permissions } from './lambda/permissions.ts';
import { play, recordings, skip, type Script } from './lambda/recordings.ts';
import { runtimes } from './lambda/runtimes.ts';
import { keptSettings, otherArchitecture } from './lambda/settings-kept.ts';
import { settings, urls } from './lambda/settings.ts';
import { streams } from './lambda/streams.ts';
import { nodeModules, told } from './lambda/told.ts';
import { urlRequests } from './lambda/urls.ts';
import { unplayed } from './lambda/unplayed.ts';
import { versions } from './lambda/versions.ts';

const scripts: Readonly<Record<string, Readonly<Record<string, Script>>>> = {
  'lambda.json': {
    ...concurrency,
    ...invocations,
    ...lateEvents,
    ...otherArchitecture,
    ...told,
    ...urls,
    ...urlRequests,
  },
  'lambda_api.json': {
    ...concurrencyConfigs,
    ...codeSigning,
    ...eventInvokeConfigs,
    ...functions,
    ...keptSettings,
    ...layers,
    ...mappings,
    ...permissions,
    ...settings,
    ...versions,
  },
  'lambda_common.json': runtimes,
  'lambda_destinations.json': { ...destinationConfigs, ...lateDestinations },
  'lambda_integration_dynamodbstreams.json': streams,
  'lambda_integration_sqs.json': queues,
  'lambda_runtimes.json': nodeModules,
};

for (const [file, played] of Object.entries(scripts)) {
  const recorded = skip === false ? recordings(file) : new Map();
  for (const [name, script] of Object.entries(played)) {
    test(`AWS and Brume agree: ${name}`, { skip }, () => play(recorded.get(name), script));
  }
}

test('every recording is played, or there is a reason why not', { skip }, () => {
  for (const [file, reasons] of Object.entries(unplayed)) {
    const names = [...recordings(file).keys()].filter((name) => !(name in (scripts[file] ?? {})));
    for (const name of names) {
      const found = reasons.filter(([pattern]) => pattern.test(name));
      assert.equal(found.length, 1, `${file}: ${name}`);
    }
    for (const [pattern] of reasons)
      assert.ok(
        names.some((name) => pattern.test(name)),
        `${pattern}`,
      );
  }
});
