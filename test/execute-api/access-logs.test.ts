import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage } from '../../packages/brume/src/model/generated/apigatewayv2.types.ts';
import { ACCOUNT } from '../support/gateway.ts';
import { httpApi } from '../support/http-api.ts';

const DestinationArn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:access`;

test('a stage writes a line of each request into its log group, as long as it is to', async () => {
  const lines: string[] = [];
  const logs = {
    write: ({ groupName }: { groupName: string }, { message }: { message: string }) =>
      void lines.push(`${groupName}: ${message}`),
  };
  const api = await httpApi({ logs, handler: () => ({ statusCode: 201, body: 'made' }) });
  await api.route('GET /pets/{id}');
  const Format =
    '$context.httpMethod $context.path $context.routeKey $context.status $context.responseLength $context.integrationStatus $context.integration.status $context.identity.user $context.error.message';
  const stage = { StageName: '$default' };
  const AccessLogSettings = { DestinationArn, Format };
  const kept = await api.call<Stage>('UpdateStage', { ...stage, AccessLogSettings });
  assert.deepEqual(kept.AccessLogSettings, AccessLogSettings);
  await api.fetch({ path: '/pets/7' });
  await api.fetch({ path: '/none' });
  assert.equal(lines[0], 'access: GET /pets/7 GET /pets/{id} 201 4 200 201 - -');
  assert.match(lines[1] ?? '', /^access: GET \/none - 404 23 - - - \S/);
  await api.call('DeleteAccessLogSettings', stage);
  await api.fetch({ path: '/pets/7' });
  assert.equal(lines.length, 2);
  const wrong: [object, RegExp][] = [
    [{ Format }, /Invalid ARN/],
    [{ DestinationArn }, /format must be specified/],
    [{ DestinationArn, Format: '$context.requestId\n$context.status' }, /must be single line/],
    [{ DestinationArn: 'arn:aws:firehose:us-east-1:1:deliverystream/a', Format }, /Firehose/],
  ];
  for (const [settings, message] of wrong) {
    const update = api.call('UpdateStage', { ...stage, AccessLogSettings: settings });
    await assert.rejects(update, { message });
  }
});
