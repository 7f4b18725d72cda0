import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointOf } from '../config.ts';
import { runningConfig } from './running.ts';

const endpoint = (...asked: Parameters<typeof runningConfig>) =>
  endpointOf(runningConfig(...asked));

test('commands speak to the Brume that they are told, else to that of the shell', () => {
  assert.equal(endpoint({}, {}), 'http://127.0.0.1:4566');
  const shell = { AWS_ENDPOINT_URL: 'http://[::1]:4700/', AWS_REGION: 'eu-west-1' };
  assert.equal(endpoint({}, shell), 'http://[::1]:4700');
  assert.equal(endpoint({ port: 4800 }, shell), 'http://127.0.0.1:4800');
  assert.equal(endpoint({}, { AWS_ENDPOINT_URL: 'no address' }), 'http://127.0.0.1:4566');
  assert.equal(runningConfig({}, shell).region, 'eu-west-1');
  assert.equal(runningConfig({ region: 'us-east-2' }, shell).region, 'us-east-2');
});
