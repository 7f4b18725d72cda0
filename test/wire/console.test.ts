/** The page at `/_brume/`, in a real browser: what it shows, and that it never runs what it shows. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { openPage } from './browser.ts';
import { runToEnd, startBrume, temporaryFolder } from './brume-process.ts';

const DEPLOY = path.join(import.meta.dirname, '../../examples/notes/deploy.ts');
const HOSTILE = '<img src=x onerror="document.title=1">';

test('its files are plain, and framed by nobody', async (t) => {
  const { endpoint } = await startBrume(t, await temporaryFolder(t), { words: ['--memory'] });
  const redirect = await fetch(`${endpoint}/_brume`, { redirect: 'manual' });
  assert.equal(redirect.headers.get('location'), '/_brume/');
  const page = await fetch(`${endpoint}/_brume/`);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /default-src 'none'.*frame-ancestors 'none'/,
  );
  const html = await page.text();
  for (const [, name] of html.matchAll(/(?:src|href)="(console\.\w+)"/g)) {
    assert.equal((await fetch(`${endpoint}/_brume/${name}`)).status, 200, name);
  }
  assert.equal((await fetch(`${endpoint}/_brume/..%2fconsole.ts`)).status, 404);
});

test('requests and APIs in a browser', async (t) => {
  const page = await openPage(t);
  if (!page) return;
  const brume = await startBrume(t, await temporaryFolder(t));
  const { code, stderr } = await runToEnd(process.execPath, [DEPLOY], { env: brume.variables });
  assert.equal(code, 0, stderr);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: brume.endpoint, region: 'us-east-1', credentials });
  t.after(() => client.destroy());
  await assert.rejects(client.send(new DescribeTableCommand({ TableName: 'missing' })));
  const Item = { notebook: { S: 'x' }, id: { S: HOSTILE }, text: { S: HOSTILE } };
  await client.send(new PutItemCommand({ TableName: 'notes', Item }));

  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${brume.endpoint}/_brume/`);
  await page.getByRole('cell', { name: 'PutItem' }).first().click();
  await page.getByRole('heading', { name: 'dynamodb PutItem' }).waitFor();
  await page.getByText('<img src=x').first().waitFor();
  assert.equal(await page.title(), 'Brume', 'what was shown did not run');
  await page.getByRole('searchbox').fill('describetable 400');
  await page.getByRole('cell', { name: '400' }).waitFor();
  assert.equal(await page.getByRole('cell', { name: 'PutItem' }).count(), 0);

  await page.getByRole('link', { name: 'APIs' }).click();
  await page.getByRole('link', { name: '$default' }).click();
  await page.getByRole('cell', { name: '/notes', exact: true }).first().waitFor();
  const get = page.getByRole('row').filter({ hasText: 'GET' }).filter({ hasText: '/notes' });
  await get.first().click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: '200' }).waitFor();
  assert.deepEqual(errors, []);
});
