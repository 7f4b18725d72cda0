/** What API Gateway hands out as files, used as its customers do: documents, clients, certificates. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GenerateClientCertificateCommand,
  GetExportCommand,
  GetResourcesCommand,
  GetSdkCommand,
  GetSdkTypesCommand,
  GetUsageCommand,
  ImportRestApiCommand,
  UpdateUsageCommand,
} from '@aws-sdk/client-api-gateway';
import { createBrume } from '../../packages/brume/src/brume.ts';

interface Answer {
  readonly status: number;
  readonly data: unknown;
}

interface Client {
  readonly [method: string]: (
    parameters?: object,
    body?: unknown,
    additional?: object,
  ) => Promise<Answer>;
}

const DOCUMENT = `
swagger: "2.0"
info: { title: pets, version: "1" }
paths:
  /pets/{petId}:
    parameters:
      - { name: petId, in: path, required: true, type: string }
    get:
      parameters:
        - { name: colour, in: query, type: string }
      security: [{ sigv4: [] }]
      responses: { "200": { description: found } }
      x-amazon-apigateway-integration: &echo
        type: mock
        requestTemplates:
          application/json: '{"statusCode": 200}'
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: >-
                {"pet": "$input.params('petId')", "colour": "$input.params('colour')"}
    post:
      responses: { "200": { description: kept } }
      x-amazon-apigateway-integration: *echo
    delete:
      security: [{ api_key: [] }]
      responses: { "200": { description: gone } }
      x-amazon-apigateway-integration: *echo
securityDefinitions:
  sigv4: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }
  api_key: { type: apiKey, name: x-api-key, in: header }
`;

async function imported(t: TestContext) {
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { region: 'us-east-1', endpoint, credentials: brume.root };
  const client = new APIGatewayClient(settings);
  t.after(async () => {
    client.destroy();
    await brume.close();
  });
  const body = Buffer.from(DOCUMENT);
  const { id: restApiId } = await client.send(new ImportRestApiCommand({ body }));
  const stage = { restApiId, stageName: 'dev' };
  await client.send(new CreateDeploymentCommand(stage));
  return { client, stage, endpoint, root: brume.root };
}

/** Of an archive whose entries have their sizes before them. */
function firstFile(archive: Buffer): Buffer {
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(18)));
}

/** The script of an archive, loaded as Node loads it. */
async function load(t: TestContext, archive: Uint8Array): Promise<(settings: object) => Client> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brume-sdk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'client.cjs'), firstFile(Buffer.from(archive)));
  const module = (await import(pathToFileURL(path.join(folder, 'client.cjs')).href)) as {
    default: { newClient: (settings: object) => Client };
  };
  return module.default.newClient;
}

test('a client is generated of a stage, calls its methods and signs', async (t) => {
  const { client, stage, root } = await imported(t);
  const { items } = await client.send(new GetSdkTypesCommand({}));
  assert.deepEqual(
    items?.map(({ id }) => id),
    ['javascript'],
  );
  const sdk = await client.send(new GetSdkCommand({ ...stage, sdkType: 'javascript' }));
  const newClient = await load(t, sdk.body ?? new Uint8Array());
  const signing = newClient({
    ...{ accessKey: root.accessKeyId, secretKey: root.secretAccessKey },
  });
  const found = await signing['petsPetIdGet']?.({ petId: 'a b/c', colour: 'black & white' });
  assert.equal(found?.status, 200);
  assert.equal((found?.data as { colour?: string } | undefined)?.colour, 'black & white');
  const open = newClient({});
  const kept = await open['petsPetIdPost']?.({ petId: '7' }, { name: 'x' });
  assert.equal((kept?.data as { pet?: string } | undefined)?.pet, '7');
  const refused = open['petsPetIdGet']?.({ petId: '7' });
  await assert.rejects(refused as Promise<Answer>, (error: { response: Answer }) => {
    assert.equal(error.response.status, 403);
    return true;
  });
  await assert.rejects(client.send(new GetSdkCommand({ ...stage, sdkType: 'ruby' })), {
    name: 'BadRequestException',
  });
});

test('a stage is exported as YAML', async (t) => {
  const { client, stage } = await imported(t);
  const input = { ...stage, exportType: 'oas30', accepts: 'application/yaml' };
  const { body, contentDisposition } = await client.send(new GetExportCommand(input));
  assert.match(Buffer.from(body ?? []).toString(), /^openapi: 3\.0\.1\n/);
  assert.match(contentDisposition ?? '', /oas30_1/);
});

test('a client certificate is a real one', async (t) => {
  const { client } = await imported(t);
  const made = await client.send(new GenerateClientCertificateCommand({ description: 'mine' }));
  const certificate = new X509Certificate(made.pemEncodedCertificate ?? '');
  assert(certificate.verify(certificate.publicKey));
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.deepEqual(certificate.validFromDate, made.createdDate);
  assert.deepEqual(certificate.validToDate, made.expirationDate);
  const days =
    (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
  assert.equal(days, 365);
});

test('templates may be null, as other SDKs write what is empty', async (t) => {
  const { client, stage, endpoint } = await imported(t);
  const { items = [] } = await client.send(new GetResourcesCommand(stage));
  const resourceId = items.find((each) => each.path === '/pets/{petId}')?.id;
  const url = `${endpoint}/restapis/${stage.restApiId}/resources/${resourceId}/methods/POST/integration/responses/200`;
  const scope = 'Credential=test/20261122/us-east-1/apigateway/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`;
  // Recorded from AWS, 2026-02 (test_put_integration_response_templates).
  for (const template of [null, '']) {
    const responseTemplates = { 'application/json': template };
    const body = JSON.stringify({ selectionPattern: '', responseTemplates });
    const answer = await fetch(url, { method: 'PUT', headers: { authorization }, body });
    assert.equal(answer.status, 201);
    assert.deepEqual(await answer.json(), {
      ...{ statusCode: '200', selectionPattern: '' },
      responseTemplates: { 'application/json': null },
    });
  }
  await client.send(new CreateDeploymentCommand(stage));
  const served = `${endpoint}/_aws/execute-api/${stage.restApiId}/dev/pets/7`;
  assert.equal((await fetch(served, { method: 'POST' })).status, 200);
});

test('usage is what the stage let through, and can be extended', async (t) => {
  const { client, stage, endpoint } = await imported(t);
  const apiStages = [{ apiId: stage.restApiId, stage: 'dev' }];
  const quota = { limit: 1, period: 'MONTH' as const };
  const plan = new CreateUsagePlanCommand({ name: 'gold', apiStages, quota });
  const { id: usagePlanId } = await client.send(plan);
  const { id: keyId = '', value } = await client.send(new CreateApiKeyCommand({ enabled: true }));
  await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  const url = `${endpoint}/_aws/execute-api/${stage.restApiId}/dev/pets/7`;
  const call = async (key = '') =>
    (await fetch(url, { method: 'DELETE', headers: { 'x-api-key': key } })).status;
  assert.deepEqual([await call(), await call(value), await call(value)], [403, 200, 429]);
  const patchOperations = [{ op: 'replace' as const, path: '/remaining', value: '1' }];
  await client.send(new UpdateUsageCommand({ usagePlanId, keyId, patchOperations }));
  assert.deepEqual([await call(value), await call(value)], [200, 429]);
  const today = new Date();
  const dayAround = (days: number) =>
    new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  // A day more on both sides, should midnight come.
  const days = { startDate: dayAround(-1), endDate: dayAround(1) };
  const { items = {} } = await client.send(new GetUsageCommand({ usagePlanId, keyId, ...days }));
  const used = (items[keyId] ?? []).map(([each = 0]) => each);
  assert.equal(
    used.reduce((sum, each) => sum + each),
    2,
  );
});
