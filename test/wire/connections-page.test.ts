/** `/_brume/connections`, and the page that tries WebSocket APIs with it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateIntegrationResponseCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { WebSocket } from 'ws';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';
import { openPage } from './browser.ts';

/** An API that answers every message with `heard`. */
async function deployed(t: TestContext, said: Partial<Config> = {}) {
  const brume = await createBrume({ memory: true, port: 0, ...said });
  t.after(() => brume.close());
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { endpoint, region: 'us-east-1', credentials: brume.root };
  const gateway = new ApiGatewayV2Client(settings);
  t.after(() => gateway.destroy());
  const RouteSelectionExpression = '$request.body.action';
  const api = { Name: 'chat', ProtocolType: 'WEBSOCKET', RouteSelectionExpression } as const;
  const { ApiId = '' } = await gateway.send(new CreateApiCommand(api));
  await gateway.send(new CreateStageCommand({ ApiId, StageName: 'dev', AutoDeploy: true }));
  const { IntegrationId = '' } = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'MOCK',
      RequestTemplates: { $default: '{"statusCode": 200}' },
    }),
  );
  const response = { IntegrationResponseKey: '$default', ResponseTemplates: { $default: 'heard' } };
  await gateway.send(new CreateIntegrationResponseCommand({ ApiId, IntegrationId, ...response }));
  const { RouteId = '' } = await gateway.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: '$default',
      Target: `integrations/${IntegrationId}`,
      RouteResponseSelectionExpression: '$default',
    }),
  );
  const answers = { ApiId, RouteId, RouteResponseKey: '$default' };
  await gateway.send(new CreateRouteResponseCommand(answers));
  const url = `ws://127.0.0.1:${port}/_aws/execute-api/${ApiId}/dev`;
  return { ApiId, endpoint, page: `${endpoint}/_brume/connections`, url };
}

async function connected(t: TestContext, url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  t.after(() => client.terminate());
  await once(client, 'open');
  return client;
}

test('connections are listed, sent to and ended, and nothing else is understood', async (t) => {
  const { ApiId, page, url } = await deployed(t);
  const client = await connected(t, url);
  const listed = (await (await fetch(page)).json()) as { connections: Record<string, string>[] };
  const [connection, ...others] = listed.connections;
  assert.deepEqual([connection?.['apiId'], connection?.['stageName'], others], [ApiId, 'dev', []]);
  const { connectionId } = connection ?? {};
  const say = async (said: unknown) => {
    const answer = await fetch(page, { method: 'POST', body: JSON.stringify(said) });
    await answer.arrayBuffer();
    return answer.status;
  };
  const wrong = [
    null,
    [],
    {},
    { connectionId },
    { connectionId, close: 1 },
    { connectionId, send: 'x', close: true },
  ];
  for (const said of wrong) assert.equal(await say(said), 400, JSON.stringify(said));
  assert.equal(await say({ connectionId: '__proto__', close: true }), 404);
  const pushed = once(client, 'message') as Promise<[Buffer]>;
  assert.equal(await say({ connectionId, send: 'pushed' }), 200);
  assert.equal((await pushed)[0].toString(), 'pushed');
  const closed = once(client, 'close') as Promise<[number]>;
  assert.equal(await say({ connectionId, close: true }), 200);
  assert.equal((await closed)[0], 1000);
  assert.deepEqual(await (await fetch(page)).json(), { connections: [], more: 0 });
});

test('where signatures are enforced connections are shown to nobody unsigned, nor to foreign pages', async (t) => {
  const enforcing = await deployed(t, { auth: 'enforce' });
  assert.equal((await fetch(enforcing.page)).status, 403);
  const post = { method: 'POST', body: '{"connectionId":"x","close":true}' };
  assert.equal((await fetch(enforcing.page, post)).status, 403);
  const { page } = await deployed(t);
  const headers = { origin: 'https://example.com' };
  assert.equal((await fetch(page, { headers })).status, 403);
  assert.equal((await fetch(page, { ...post, headers })).status, 403);
});

test('a stage is tried in a browser', async (t) => {
  const page = await openPage(t);
  if (!page) return;
  const { endpoint, url } = await deployed(t);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${endpoint}/_brume/#apis`);
  await page.getByRole('link', { name: 'dev' }).click();
  await page.getByText('Nobody is connected.').waitFor();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('connected', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('<b>hello</b>');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('← heard').waitFor();

  await page.getByRole('textbox', { name: /^Message to / }).fill('pushed');
  await page.getByRole('button', { name: 'Push' }).click();
  await page.getByText('← pushed').waitFor();
  const end = page.getByRole('button', { name: 'End', exact: true });
  const other = await connected(t, url);
  await end.nth(1).waitFor();
  other.close();
  await end.nth(1).waitFor({ state: 'detached' });
  await end.click();
  await page.getByText('closed 1000').waitFor();
  assert.deepEqual(errors, []);
});
