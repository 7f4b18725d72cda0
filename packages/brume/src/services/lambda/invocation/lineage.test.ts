/** Which functions led to an invocation, and when that is a loop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionRecord } from '../function-record.ts';
import { startLambda } from '../service.fixture.ts';
import { withLineage } from './lineage.ts';

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

function named(name: string, recursiveLoop?: 'Allow'): FunctionRecord {
  const place = { accountId: '111111111111', region: 'us-east-1', name };
  return { ...place, ...(recursiveLoop && { recursiveLoop }) } as FunctionRecord;
}

test('each function has its count in a chain, and others keep theirs', () => {
  const once = withLineage(ROOT, named('a'));
  assert.match(once, /^Root=[^;]+;Parent=[^;]+;Sampled=1;Lineage=[0-9a-f]{8}:0$/);
  const other = withLineage(once, named('b'));
  const twice = withLineage(other, named('a'));
  assert.match(twice, /;Lineage=[0-9a-f]{8}:1\|[0-9a-f]{8}:0$/);
});

test('after sixteen times in one chain a function is stopped, unless it may go on', () => {
  let trace = ROOT;
  for (let count = 0; count <= 16; count++) trace = withLineage(trace, named('a'));
  assert.throws(() => withLineage(trace, named('a')), { code: 'RecursiveInvocationException' });
  assert.match(withLineage(trace, named('a', 'Allow')), /:17$/);
  assert.match(withLineage(trace, named('b')), /:16\|[0-9a-f]{8}:0$/);
});

test('a lineage that makes no sense counts for nothing', () => {
  const odd = `${ROOT};Lineage=x:1|${'f'.repeat(8)}:99999999|;Self=1`;
  assert.match(withLineage(odd, named('a')), /;Self=1;Lineage=[0-9a-f]{8}:0$/);
});

test('a function that invokes itself is stopped, and its caller told', async (t) => {
  const lambda = await startLambda(t);
  await lambda.create('fn', {
    'index.mjs': 'export const handler = async () => process.env._X_AMZN_TRACE_ID;',
  });
  let traceId: string | undefined;
  const again = async () => {
    const { payload } = await lambda.port.invoke({
      functionName: 'fn',
      accountId: '111111111111',
      region: 'us-east-1',
      payload: Buffer.from('{}'),
      traceId,
    });
    traceId = JSON.parse(Buffer.from(payload).toString());
  };
  for (let count = 0; count <= 16; count++) await again();
  await assert.rejects(again(), { code: 'RecursiveInvocationException' });
});
