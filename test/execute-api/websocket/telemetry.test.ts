/** What is left of the events of connections: access logs, execution logs, metrics, traces. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { ACCOUNT } from '../../support/gateway.ts';
import { INVOKED, next, webSocketApi } from '../../support/websocket-api.ts';
import type { WebSocketApi, WebSocketApiOptions } from '../../support/websocket-api.ts';

const OK = { statusCode: 200 };
const POLICY = { Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }] };
const DestinationArn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:access`;

/** A chat whose `$default` route says `ok`, and fails for `bad`; its authorizer wants a token. */
async function chat(t: TestContext, stage: object = {}, options: WebSocketApiOptions = {}) {
  const api = await webSocketApi(
    t,
    (event) => {
      if (event['type'] === 'REQUEST') {
        return { principalId: 'ada', policyDocument: POLICY, context: { tenant: 7 } };
      }
      return event['body'] === 'bad' ? assert.fail('x') : { ...OK, body: 'ok' };
    },
    { stage, ...options },
  );
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: INVOKED('guard'),
    IdentitySource: ['route.request.querystring.token'],
    Name: 'guard',
  });
  await api.route('$connect', {}, { AuthorizationType: 'CUSTOM', AuthorizerId });
  await api.twoWay('$default', { IntegrationUri: INVOKED('default') });
  await api.route('$disconnect');
  return api;
}

/** Connects, says what works and what does not, and leaves. */
async function talk(api: WebSocketApi): Promise<void> {
  const client = await api.connect('?token=t', { headers: { 'user-agent': 'test/1' } });
  for (const said of ['{"a":1}', 'bad']) {
    const answered = next(client);
    client.send(said);
    await answered;
  }
  client.close(1000);
  await api.observedOf('DISCONNECT');
}

/** A request to connect that is refused. */
async function refused({ base }: WebSocketApi): Promise<number | undefined> {
  const client = new WebSocket(`ws://${base}/dev`);
  client.on('error', () => {});
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    { statusCode?: number; resume(): void },
  ];
  response.resume();
  return response.statusCode;
}

test('a stage writes a line of each event into its access log', async (t) => {
  const Format =
    '$context.eventType $context.routeKey $context.status $context.integration.status ' +
    '$context.authorizer.principalId $context.authorizer.tenant $context.error.responseType ' +
    '$context.identity.userAgent $context.disconnectStatusCode';
  const api = await chat(t, { AccessLogSettings: { DestinationArn, Format } });
  await talk(api);
  assert.equal(await refused(api), 401);
  assert.deepEqual(api.logged, [
    { group: 'access', message: 'CONNECT $connect 200 200 ada 7 - test/1 -' },
    { group: 'access', message: 'MESSAGE $default 200 200 ada 7 - test/1 -' },
    { group: 'access', message: 'MESSAGE $default 502 - ada 7 INTEGRATION_FAILURE test/1 -' },
    { group: 'access', message: 'DISCONNECT $disconnect 200 200 ada 7 - test/1 1000' },
    { group: 'access', message: 'CONNECT $connect 401 - - - UNAUTHORIZED - -' },
  ]);
});

test('access logs name connections, messages and times as events do', async (t) => {
  const names = ['connectionId', 'messageId', 'requestId', 'connectedAt', 'stage', 'apiId'];
  const Format = JSON.stringify(
    Object.fromEntries(names.map((name) => [name, `$context.${name}`])),
  );
  const api = await chat(t, { AccessLogSettings: { DestinationArn, Format } });
  await talk(api);
  const lines = api.logged.map(({ message }) => JSON.parse(message) as Record<string, string>);
  const { requestContext } = api.events[2] ?? assert.fail('no message');
  const expected = names.map((name) => [name, String(requestContext[name])]);
  assert.deepEqual(lines[1], Object.fromEntries(expected));
  assert.equal(lines[0]?.['messageId'], '-');
});

test('settings of logs that would have no effect are refused', async (t) => {
  const api = await webSocketApi(t, () => OK);
  const update = (AccessLogSettings: object) =>
    api.call('UpdateStage', { StageName: 'dev', AccessLogSettings });
  const firehose = `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/amazon-apigateway-a`;
  for (const [settings, message] of [
    [{ DestinationArn: firehose, Format: 'x' }, /Firehose/],
    [{ DestinationArn: 'arn:aws:s3:::bucket', Format: 'x' }, /Invalid ARN/],
    [{ DestinationArn }, /format must be specified/],
    [{ DestinationArn, Format: 'x'.repeat(3 * 1024 + 1) }, /3072 bytes/],
  ] as const) {
    await assert.rejects(update(settings), { message });
  }
});

test('execution logs tell everything, or what failed, by route, and bodies where they are to', async (t) => {
  const api = await chat(t, { DefaultRouteSettings: { LoggingLevel: 'ERROR' } });
  await talk(api);
  const group = `API-Gateway-Execution-Logs_${api.apiId}/dev`;
  assert.ok(api.logged.every((line) => line.group === group));
  const text = () => api.logged.splice(0).map(({ message }) => message.replace(/^\(\S+\) /, ''));
  const failed = text();
  assert.match(failed[0] ?? '', /^Starting execution for request: [\w-]{15}=$/);
  assert.match(failed[1] ?? '', /^Event type: MESSAGE, Route key: \$default, Connection id: /);
  assert.match(failed.at(-2) ?? '', /^Execution failed due to INTEGRATION_FAILURE: the function/);
  assert.equal(failed.at(-1), 'Completed with status: 502');
  assert.equal(failed.filter((line) => line.startsWith('Starting')).length, 1);
  assert.ok(
    failed.every((line) => !line.includes('bad')),
    'bodies are data',
  );

  const update = (RouteSettings: object) =>
    api.call('UpdateStage', { StageName: 'dev', RouteSettings });
  await update({ $default: { LoggingLevel: 'INFO', DataTraceEnabled: true } });
  await talk(api);
  const all = text();
  assert.ok(all.includes('Message body before transformations: {"a":1}'));
  assert.ok(all.includes('Response body after transformations: ok'));
  assert.ok(all.some((line) => line.startsWith('Endpoint request body after transformations: {')));
  assert.ok(
    all.some((line) => /^Received response. Status: 200, Integration latency: /.test(line)),
  );
  assert.ok(!all.some((line) => line.includes('CONNECT')), 'other routes fail or say nothing');

  await update({ $default: { LoggingLevel: 'OFF' }, $connect: { LoggingLevel: 'INFO' } });
  await talk(api);
  const connects = text();
  assert.ok(connects.includes('Source ip: 127.0.0.1, User agent: test/1'));
  assert.ok(connects.includes('Completed with status: 200'));
  assert.ok(!connects.some((line) => /MESSAGE|DISCONNECT|"token"/.test(line)));
});

test('metrics have AWS’s names and dimensions, and those of routes where they are to', async (t) => {
  const api = await chat(t, { RouteSettings: {} });
  await api.call('UpdateStage', {
    StageName: 'dev',
    RouteSettings: { $default: { DetailedMetricsEnabled: true } },
  });
  await talk(api);
  assert.equal(await refused(api), 401);
  const sums = () => {
    const lines = api.metrics.render().matchAll(/_sum\{namespace="AWS\/ApiGateway",(.*)\} (\d+)/g);
    return new Map([...lines].map(([, labels, sum]) => [labels ?? '', Number(sum)]));
  };
  const found = sums();
  const stage = `ApiId="${api.apiId}",Stage="dev"`;
  const of = (metric: string, more = '') => found.get(`metric="${metric}",${stage}${more}`);
  assert.equal(of('ConnectCount'), 1, 'who is refused before is not counted');
  assert.equal(of('MessageCount'), 4, 'two from the client, two to it');
  assert.equal(of('ClientError'), 1);
  assert.equal(of('ExecutionError'), 1);
  assert.equal(of('IntegrationError'), undefined);
  assert.notEqual(of('IntegrationLatency'), undefined);
  assert.equal(of('MessageCount', ',Route="$default"'), 4);
  assert.equal(of('ConnectCount', ',Route="$connect"'), undefined);
});

test('an integration that answers with an error is counted, a mock has no latency', async (t) => {
  const api = await webSocketApi(t, () => ({ statusCode: 404 }));
  await api.route('$default', {
    IntegrationType: 'MOCK',
    RequestTemplates: { $default: '{"statusCode": 404}' },
    TemplateSelectionExpression: '\\$default',
  });
  const client = await api.connect();
  client.send('x');
  await api.observedOf('MESSAGE');
  const rendered = api.metrics.render();
  assert.match(rendered, /_sum\{[^}]*metric="IntegrationError"[^}]*\} 1\n/);
  assert.doesNotMatch(rendered, /IntegrationLatency/);
});

test('each event is traced with all that was found out', async (t) => {
  const api = await chat(t);
  await talk(api);
  const [connected] = api.traces;
  assert.equal(connected?.operation, '$connect');
  const details = connected.details as Record<string, Record<string, unknown>>;
  assert.equal(
    details['authorizer']?.['answer'],
    JSON.stringify({
      principalId: 'ada',
      policyDocument: POLICY,
      context: { tenant: 7 },
    }),
  );
  assert.equal((details['authorizer']['event'] as Record<string, unknown>)['type'], 'REQUEST');
  assert.equal(details['integration']?.['status'], 200);
  const steps = details['steps'] as unknown as { step: string }[];
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['authorize', 'integrate'],
  );
  const [good, bad, left] = api.observed;
  assert.deepEqual([good?.operation, good?.status, good?.responseBody], ['$default', 200, 'ok']);
  assert.ok(good && bad && left);
  const { integration } = good.details as { integration: Record<string, string> };
  assert.equal(integration['uri']?.endsWith(':function:default'), true);
  assert.match(integration['requestBody'] ?? '', /"body":"\{\\"a\\":1\}"/);
  assert.match(integration['responseBody'] ?? '', /ok/);
  assert.equal(bad.status, 502);
  assert.match(bad.errorReason ?? '', /the function failed/);
  assert.equal((left.details as Record<string, unknown>)['disconnectStatusCode'], 1000);
});

test('templates are traced as they were rendered', async (t) => {
  const api = await webSocketApi(t, () => ({ said: 'hello' }));
  const { IntegrationId } = await api.twoWay('$default', {
    IntegrationType: 'AWS',
    IntegrationUri: INVOKED('plain'),
    RequestTemplates: { $default: '{"text": $input.json("$.text")}' },
  });
  await api.call('CreateIntegrationResponse', {
    IntegrationId,
    IntegrationResponseKey: '$default',
    ResponseTemplates: { $default: 'said: $input.path("$.said")' },
  });
  const client = await api.connect();
  const answered = next(client);
  client.send('{"text":"hi"}');
  assert.equal(await answered, 'said: hello');
  const { details } = await api.observedOf('MESSAGE');
  const { renderedRequest, renderedResponse } = details as Record<string, string>;
  assert.deepEqual([renderedRequest, renderedResponse], ['{"text": "hi"}', 'said: hello']);
});

test('an account opens 500 connections a second, and a self-hoster as many as there are', async (t) => {
  let now = 1_000_000;
  const environment = { clock: { monotonicMs: () => now, nowMs: () => now } };
  for (const [limits, expected] of [
    ['aws', 429],
    ['relaxed', 101],
  ] as const) {
    const api = await webSocketApi(t, () => OK, { environment, limits });
    await api.route('$default');
    const open = async () => {
      const client = new WebSocket(`ws://${api.base}/dev`);
      client.on('error', () => {});
      const opened = once(client, 'open').then(() => 101);
      const answered = once(client, 'unexpected-response').then(([, response]) => {
        const { statusCode } = response as { statusCode: number };
        return statusCode;
      });
      const status = await Promise.race([opened, answered]);
      client.terminate();
      return status;
    };
    const all: number[] = [];
    while (all.length < 500) {
      all.push(...(await Promise.all(Array.from({ length: 50 }, open))));
    }
    assert.ok(all.every((status) => status === 101));
    assert.equal(await open(), expected);
    now += 1_000;
    assert.equal(await open(), 101);
  }
});
