/**
 * The example app, whole: deployed by its own script, used through every door that people use (fetch, SDK
 * v3, boto3, the aws command line, a browser), stopped, started, and still there.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { canRun, runToEnd, startBrume, temporaryFolder } from './brume-process.ts';
import type { BrumeProcess } from './brume-process.ts';
import { openPage } from './browser.ts';

const DEPLOY = path.join(import.meta.dirname, '../../examples/notes/deploy.ts');

async function deployed(t: TestContext, cwd: string) {
  const brume = await startBrume(t, cwd);
  const { code, stdout, stderr } = await runToEnd(process.execPath, [DEPLOY], {
    env: brume.variables,
  });
  assert.equal(code, 0, stderr);
  const url = /open (\S+)/.exec(stdout)?.[1];
  assert.ok(url, stdout);
  return { brume, url };
}

async function addNote(url: string, text: string): Promise<string> {
  const response = await fetch(new URL('notes', url), {
    method: 'POST',
    body: JSON.stringify({ text }),
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as { id: string }).id;
}

async function listNotes(url: string): Promise<string[]> {
  const response = await fetch(new URL('notes', url));
  assert.equal(response.status, 200);
  return ((await response.json()) as { text: string }[]).map(({ text }) => text);
}

test('the app serves its page and its API, in Node and in Python', async (t) => {
  const { url } = await deployed(t, await temporaryFolder(t));
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(await page.text(), /<title>Notes<\/title>/);
  const id = await addNote(url, 'first');
  await addNote(url, 'second');
  assert.deepEqual(await listNotes(url), ['second', 'first']);
  const removed = await fetch(new URL(`notes/${encodeURIComponent(id)}`, url), {
    method: 'DELETE',
  });
  assert.equal(removed.status, 204);
  assert.deepEqual(await listNotes(url), ['second']);
  const empty = await fetch(new URL('notes', url), { method: 'POST', body: '{}' });
  assert.equal(empty.status, 400);
  const digest = await fetch(new URL('digest', url), {
    method: 'POST',
    body: JSON.stringify({ texts: ['rain on the river', 'River, rain and stone'] }),
  });
  const counted = (await digest.json()) as { notes: number; words: number; frequent: string[] };
  assert.deepEqual([counted.notes, counted.words], [2, 8]);
  assert.deepEqual(new Set(counted.frequent.slice(0, 2)), new Set(['rain', 'river']));
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`the app and its data are there after ${signal} and a restart`, async (t) => {
    const cwd = await temporaryFolder(t);
    const first = await deployed(t, cwd);
    await addNote(first.url, 'kept');
    const code = await first.brume.stop(signal);
    if (signal === 'SIGINT') assert.equal(code, 0);
    const second = await deployed(t, cwd);
    assert.equal(new URL(second.url).pathname, new URL(first.url).pathname, 'deployed only once');
    assert.deepEqual(await listNotes(second.url), ['kept']);
    await addNote(second.url, 'and goes on');
    assert.deepEqual(await listNotes(second.url), ['and goes on', 'kept']);
  });
}

test('the SDK for JavaScript sees what the app keeps', async (t) => {
  const { brume, url } = await deployed(t, await temporaryFolder(t));
  await addNote(url, 'through the SDK');
  const options = clientOptions(brume);
  const scanned = await new DynamoDBClient(options).send(new ScanCommand({ TableName: 'notes' }));
  assert.deepEqual(
    scanned.Items?.map(({ text }) => text?.S),
    ['through the SDK'],
  );
  const invoked = await new LambdaClient(options).send(
    new InvokeCommand({
      FunctionName: 'notes-digest',
      Payload: JSON.stringify({ body: JSON.stringify({ texts: ['two words'] }) }),
    }),
  );
  const answer = JSON.parse(invoked.Payload?.transformToString() ?? '') as { body: string };
  assert.equal((JSON.parse(answer.body) as { words: number }).words, 2);
});

test('boto3 sees what the app keeps', async (t) => {
  if (!(await canRun('python3', '-c', 'import boto3'))) return t.skip('python3 has no boto3 here');
  const { brume, url } = await deployed(t, await temporaryFolder(t));
  await addNote(url, 'through boto3');
  const script = `
import boto3, json
table = boto3.resource("dynamodb").Table("notes")
table.put_item(Item={"notebook": "home", "id": "9", "text": "from boto3", "count": 3})
texts = [item["text"] for item in table.scan()["Items"]]
answer = boto3.client("lambda").invoke(FunctionName="notes-digest", Payload=json.dumps({"body": json.dumps({"texts": texts})}))
routes = boto3.client("apigatewayv2").get_routes(ApiId=boto3.client("apigatewayv2").get_apis()["Items"][0]["ApiId"])
print(json.dumps([sorted(texts), json.loads(json.load(answer["Payload"])["body"])["words"], len(routes["Items"])]))
`;
  const { code, stdout, stderr } = await runToEnd('python3', ['-c', script], {
    env: brume.variables,
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), [['from boto3', 'through boto3'], 4, 5]);
  assert.deepEqual(await listNotes(url), ['from boto3', 'through boto3']);
  return undefined;
});

test('the aws command line sees what the app keeps, and tells errors as on AWS', async (t) => {
  if (!(await canRun('aws', '--version'))) return t.skip('the aws command line is not here');
  const { brume, url } = await deployed(t, await temporaryFolder(t));
  await addNote(url, 'through the CLI');
  const aws = (...words: string[]) =>
    runToEnd('aws', [...words, '--output', 'json'], { env: { ...brume.variables, AWS_PAGER: '' } });
  const scanned = await aws('dynamodb', 'scan', '--table-name', 'notes');
  assert.equal(scanned.code, 0, scanned.stderr);
  assert.equal((JSON.parse(scanned.stdout) as { Count: number }).Count, 1);
  const identity = await aws('sts', 'get-caller-identity');
  assert.equal((JSON.parse(identity.stdout) as { Account: string }).Account, '000000000000');
  const functions = await aws('lambda', 'list-functions', '--query', 'Functions[].FunctionName');
  assert.deepEqual((JSON.parse(functions.stdout) as string[]).sort(), [
    'notes-digest',
    'notes-notes',
  ]);
  const apis = await aws('apigatewayv2', 'get-apis', '--query', 'Items[].Name');
  assert.deepEqual(JSON.parse(apis.stdout), ['notes']);
  const missing = await aws('dynamodb', 'describe-table', '--table-name', 'nothing');
  assert.notEqual(missing.code, 0);
  assert.match(
    missing.stderr,
    /ResourceNotFoundException\) when calling the DescribeTable operation: Requested resource not found: Table: nothing not found/,
  );
  return undefined;
});

test('the page works in a browser', async (t) => {
  const page = await openPage(t);
  if (!page) return;
  const { url } = await deployed(t, await temporaryFolder(t));
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('requestfailed', (request) => {
    // A reload ends what the page was still asking for.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') failures.push(request.url());
  });
  await page.goto(url);
  await page.getByLabel('A new note').fill('written by hand');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByText('1 note, 3 words').waitFor();
  await page.getByLabel('A new note').fill('<b>not bold</b>');
  await page.keyboard.press('Enter');
  await page.getByText('2 notes').waitFor();
  await page.getByText('<b>not bold</b>').waitFor();
  await page.reload();
  await page.getByText('written by hand').waitFor();
  await page.getByLabel('Remove: written by hand').click();
  await page.getByText('1 note,').waitFor();
  assert.deepEqual(failures, []);
  return undefined;
});

function clientOptions(brume: BrumeProcess) {
  return {
    endpoint: brume.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}
