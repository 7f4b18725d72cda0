import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readSubscription } from './subscription.ts';

const nowhere = async () => ({ host: '127.0.0.1', port: 1 });

const VALID = {
  schemaVersion: '2022-12-13',
  types: ['platform'],
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080/path' },
};

function problemsOf(body: object, api: 'logs' | 'telemetry' = 'telemetry'): string {
  try {
    readSubscription(api, JSON.stringify(body), nowhere);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

test('what is not said has AWS’s defaults', () => {
  const { maxItems, maxBytes, timeoutMs } = readSubscription(
    'telemetry',
    JSON.stringify(VALID),
    nowhere,
  );
  assert.deepEqual([maxItems, maxBytes, timeoutMs], [1000, 262_144, 1000]);
});

test('everything that is wrong is told at once', () => {
  assert.equal(problemsOf(VALID), 'none');
  assert.equal(
    problemsOf({
      ...VALID,
      types: [],
      destination: { ...VALID.destination, URI: 'http://sandbox.localdomain' },
    }),
    'URI port is not provided; types should not be empty',
  );
  assert.match(problemsOf({ ...VALID, buffering: { maxItems: 1 } }), /maxItems/);
  assert.match(problemsOf({ ...VALID, types: ['other'] }), /other/);
  assert.match(problemsOf({ ...VALID, schemaVersion: '1999-01-01' }), /schemaVersion/);
  const elsewhere = { protocol: 'HTTP', URI: 'http://example.com:80' };
  assert.match(problemsOf({ ...VALID, destination: elsewhere }), /sandbox\.localdomain/);
  assert.match(problemsOf({ ...VALID, destination: { protocol: 'TCP' } }), /port/);
  assert.match(problemsOf({ ...VALID, destination: 1 }), /protocol/);
});

test('over TCP each record is a line', async (t) => {
  const received = Promise.withResolvers<string>();
  const server = createServer((socket) => void text(socket).then(received.resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const destination = { protocol: 'TCP', port: 9000 };
  const dialled: number[] = [];
  const { deliver } = readSubscription(
    'logs',
    JSON.stringify({ ...VALID, schemaVersion: '2020-08-15', destination }),
    async (asked) => {
      dialled.push(asked);
      return { host: '127.0.0.1', port };
    },
  );
  await deliver(['{"a":1}', '{"b":2}']);
  assert.equal(await received.promise, '{"a":1}\n{"b":2}\n');
  assert.deepEqual(dialled, [9000]);
});

test('a batch that nobody takes is an error', async () => {
  const { deliver } = readSubscription('telemetry', JSON.stringify(VALID), nowhere);
  await assert.rejects(deliver(['{}']), /ECONNREFUSED/);
});
