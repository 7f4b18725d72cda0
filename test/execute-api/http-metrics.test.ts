/** Metrics of HTTP APIs, under AWS's names and with AWS's dimensions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceMetrics } from '../../packages/brume/src/telemetry/service-metrics.ts';
import { httpApi } from '../support/http-api.ts';

test('requests are counted by stage, and by route where that is asked for', async () => {
  const metrics = new ServiceMetrics();
  const handler = () => ({ statusCode: 503, body: 'four' });
  const api = await httpApi({ metrics, handler });
  await api.route('GET /pets/{id}');
  await api.route('POST /pets');
  const RouteSettings = { 'GET /pets/{id}': { DetailedMetricsEnabled: true } };
  await api.call('UpdateStage', { StageName: '$default', RouteSettings });
  await api.fetch({ path: '/pets/7' });
  await api.fetch({ path: '/pets', method: 'POST', body: 'twelve bytes' });
  await api.fetch({ path: '/none' });
  const lines = metrics.render().matchAll(/_sum\{namespace="AWS\/ApiGateway",(.*)\} (\d+)/g);
  const sums = new Map([...lines].map(([, labels, sum]) => [labels ?? '', Number(sum)]));
  const of = (metric: string, more = '') =>
    sums.get(`metric="${metric}",ApiId="${api.apiId}",Stage="$default"${more}`);
  assert.deepEqual([of('Count'), of('4xx'), of('5xx')], [3, 1, 2]);
  const notFound = '{"message":"Not Found"}';
  assert.equal(of('DataProcessed'), 4 + 4 + 12 + notFound.length);
  assert.notEqual(of('Latency'), undefined);
  assert.notEqual(of('IntegrationLatency'), undefined);
  const route = ',Method="GET",Resource="/pets/{id}"';
  assert.deepEqual([of('Count', route), of('5xx', route)], [1, 1]);
  assert.equal([...sums.keys()].filter((labels) => labels.includes('Resource="/pets"')).length, 0);
});
