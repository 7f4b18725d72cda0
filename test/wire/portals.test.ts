/** API portals through the real SDK: every operation, what it refuses, and what is then to be seen. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DeleteRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  CreatePortalCommand,
  CreatePortalProductCommand,
  CreateProductPageCommand,
  CreateProductRestEndpointPageCommand,
  DeletePortalCommand,
  DeletePortalProductCommand,
  DeletePortalProductSharingPolicyCommand,
  DeleteProductPageCommand,
  DeleteProductRestEndpointPageCommand,
  DisablePortalCommand,
  GetPortalCommand,
  GetPortalProductCommand,
  GetPortalProductSharingPolicyCommand,
  GetProductPageCommand,
  GetProductRestEndpointPageCommand,
  GetTagsCommand,
  ListPortalProductsCommand,
  ListPortalsCommand,
  ListProductPagesCommand,
  ListProductRestEndpointPagesCommand,
  PreviewPortalCommand,
  PublishPortalCommand,
  PutPortalProductSharingPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePortalCommand,
  UpdatePortalProductCommand,
  UpdateProductPageCommand,
  UpdateProductRestEndpointPageCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import {
  adoption,
  cloud,
  CONTENT,
  documentedApi,
  fetchByHost,
  HOSTILE,
  OPEN,
  REGION,
} from './portal-cloud.ts';

const NOT_FOUND = { name: 'NotFoundException' };
const BAD_REQUEST = { name: 'BadRequestException' };
const ABSENT = 'a000000000';

const newPortal = (client: ApiGatewayV2Client, settings: object = {}) =>
  client.send(new CreatePortalCommand({ ...OPEN, PortalContent: CONTENT, ...settings }));

test('a portal is created disabled, listed, changed and deleted', async (t) => {
  const { client, port } = await cloud(t);
  const created = await newPortal(client, { Tags: { team: 'pets' } });
  const { PortalId = '' } = created;
  assert.match(PortalId, /^[a-z0-9]{10}$/);
  assert.equal(created.PortalArn, `arn:aws:apigateway:${REGION}:000000000000:/portals/${PortalId}`);
  assert.equal(created.PublishStatus, 'DISABLED');
  assert.deepEqual(created.PortalContent, CONTENT);
  assert.deepEqual(created.IncludedPortalProductArns, []);
  assert.deepEqual(created.EndpointConfiguration, {
    PortalDefaultDomainName: `p-${PortalId}.apigw-portal.${REGION}.localhost:${port}`,
    PortalDomainHostedZoneId: 'Z2FDTNDATAQYW2',
  });
  const got = await client.send(new GetPortalCommand({ PortalId }));
  assert.deepEqual({ ...got, $metadata: 0 }, { ...created, $metadata: 0 });
  assert.equal(got.Preview, undefined);

  await newPortal(client);
  const first = await client.send(new ListPortalsCommand({ MaxResults: '1' }));
  const second = await client.send(new ListPortalsCommand({ NextToken: first.NextToken }));
  assert.equal(first.Items?.length, 1);
  assert.equal(second.Items?.length, 1);
  assert.equal(second.NextToken, undefined);

  const renamed = { ...CONTENT, DisplayName: 'Adopt' };
  const updated = await client.send(new UpdatePortalCommand({ PortalId, PortalContent: renamed }));
  assert.equal(updated.PortalContent?.DisplayName, 'Adopt');
  assert.deepEqual(updated.Authorization, { None: {} });
  await client.send(new DeletePortalCommand({ PortalId }));
  await assert.rejects(client.send(new GetPortalCommand({ PortalId })), NOT_FOUND);
  await client.send(new DeletePortalCommand({ PortalId }));
});

test('what a portal would keep without effect is refused, as is what contradicts itself', async (t) => {
  const { client } = await cloud(t);
  const unsupported = { name: 'NotImplemented' };
  await assert.rejects(newPortal(client, { LogoUri: 's3://b/logo.png' }), unsupported);
  await assert.rejects(newPortal(client, { RumAppMonitorName: 'rum' }), unsupported);
  const AcmManaged = { DomainName: 'api.example.com', CertificateArn: 'arn:aws:acm:x' };
  const named = { EndpointConfiguration: { AcmManaged } };
  await assert.rejects(newPortal(client, named), unsupported);
  await assert.rejects(newPortal(client, { Authorization: {} }), BAD_REQUEST);
  await assert.rejects(newPortal(client, { EndpointConfiguration: {} }), BAD_REQUEST);
  const { PortalId = '' } = await newPortal(client);
  const update = (settings: object) =>
    client.send(new UpdatePortalCommand({ PortalId, ...settings }));
  await assert.rejects(update({ LogoUri: 's3://b/logo.png' }), unsupported);
  await assert.rejects(update({ Authorization: {} }), BAD_REQUEST);
  await assert.rejects(update(named), unsupported);
  for (const Command of [GetPortalCommand, PreviewPortalCommand, PublishPortalCommand]) {
    await assert.rejects(client.send(new Command({ PortalId: ABSENT })), NOT_FOUND);
  }
  await assert.rejects(client.send(new DisablePortalCommand({ PortalId: ABSENT })), NOT_FOUND);
  await assert.rejects(client.send(new UpdatePortalCommand({ PortalId: ABSENT })), NOT_FOUND);
});

test('a portal includes products of its own account and region that there are, each once', async (t) => {
  const { client } = await cloud(t);
  const { PortalProductArn = '' } = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Dogs' }),
  );
  const including = (...IncludedPortalProductArns: string[]) =>
    newPortal(client, { IncludedPortalProductArns });
  assert.deepEqual((await including(PortalProductArn)).IncludedPortalProductArns, [
    PortalProductArn,
  ]);
  await assert.rejects(including(PortalProductArn, PortalProductArn), BAD_REQUEST);
  await assert.rejects(including(`${PortalProductArn.slice(0, -10)}${ABSENT}`), BAD_REQUEST);
  await assert.rejects(including(PortalProductArn.replace(REGION, 'us-east-1')), BAD_REQUEST);
  await assert.rejects(including('arn:aws:apigateway:elsewhere'), BAD_REQUEST);
  const foreign = PortalProductArn.replace('000000000000', '111122223333');
  await assert.rejects(including(foreign), { name: 'AccessDeniedException' });
});

test('products are created, listed, put in order and deleted', async (t) => {
  const world = await cloud(t);
  const { client } = world;
  const { productId: PortalProductId, productArn, view, terms } = await adoption(world);
  assert.equal(
    productArn,
    `arn:aws:apigateway:${REGION}:000000000000:/portalproducts/${PortalProductId}`,
  );
  const got = await client.send(new GetPortalProductCommand({ PortalProductId }));
  assert.equal(got.DisplayName, 'Dogs');
  assert.equal(got.DisplayOrder?.Contents?.[0]?.SectionName, 'Adopt');
  const { Items } = await client.send(new ListPortalProductsCommand({ ResourceOwner: 'SELF' }));
  assert.deepEqual(
    Items?.map((item) => [item.PortalProductId, item.DisplayName, item.Description]),
    [[PortalProductId, 'Dogs', 'Find a dog.']],
  );
  const others = new ListPortalProductsCommand({ ResourceOwner: 'OTHER_ACCOUNTS' });
  assert.deepEqual((await client.send(others)).Items, []);
  const nobody = new ListPortalProductsCommand({ ResourceOwner: 'nobody' });
  await assert.rejects(client.send(nobody), BAD_REQUEST);
  const theirs = { PortalProductId, ResourceOwnerAccountId: '111122223333' };
  await assert.rejects(client.send(new GetPortalProductCommand(theirs)), {
    name: 'AccessDeniedException',
  });

  const order = (DisplayOrder: object) =>
    client.send(new UpdatePortalProductCommand({ PortalProductId, DisplayOrder }));
  const { ProductRestEndpointPageArn: endpointArn = '' } = view;
  const { ProductPageArn: pageArn = '' } = terms;
  await assert.rejects(order({ ProductPageArns: [endpointArn] }), BAD_REQUEST);
  await assert.rejects(order({ ProductPageArns: [pageArn, pageArn] }), BAD_REQUEST);
  await assert.rejects(order({ OverviewPageArn: productArn }), BAD_REQUEST);
  const ProductPageArns = [pageArn];
  const updated = await order({ ProductPageArns });
  assert.deepEqual(updated.DisplayOrder, { Contents: [], ProductPageArns });
  const renamed = new UpdatePortalProductCommand({ PortalProductId, DisplayName: 'Puppies' });
  assert.equal((await client.send(renamed)).DisplayName, 'Puppies');

  await client.send(new DeletePortalProductCommand({ PortalProductId }));
  for (const Command of [GetPortalProductCommand, DeletePortalProductCommand]) {
    await assert.rejects(client.send(new Command({ PortalProductId })), NOT_FOUND);
  }
  await assert.rejects(client.send(renamed), NOT_FOUND);
});

test('a sharing policy is a policy, and shares nothing without AWS RAM', async (t) => {
  const { client } = await cloud(t);
  const { PortalProductId = '' } = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Dogs' }),
  );
  const get = new GetPortalProductSharingPolicyCommand({ PortalProductId });
  const remove = new DeletePortalProductSharingPolicyCommand({ PortalProductId });
  await assert.rejects(client.send(get), NOT_FOUND);
  await assert.rejects(client.send(remove), NOT_FOUND);
  const put = (PolicyDocument: string) =>
    client.send(new PutPortalProductSharingPolicyCommand({ PortalProductId, PolicyDocument }));
  await assert.rejects(put('{'), BAD_REQUEST);
  await assert.rejects(put('{"Statement":[{"Effect":"Perhaps"}]}'), BAD_REQUEST);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'apigateway:*', Resource: '*' }],
  });
  await put(PolicyDocument);
  const { $metadata: _, ...got } = await client.send(get);
  assert.deepEqual(got, { PolicyDocument, PortalProductId });
  await client.send(remove);
  await assert.rejects(client.send(get), NOT_FOUND);
  const absent = { PortalProductId: ABSENT, PolicyDocument };
  await assert.rejects(client.send(new PutPortalProductSharingPolicyCommand(absent)), NOT_FOUND);
});

test('product pages are written, listed, changed, and leave the order with their end', async (t) => {
  const world = await cloud(t);
  const { client } = world;
  const { productId: PortalProductId, overview, terms, draft } = await adoption(world);
  const { ProductPageId = '' } = overview;
  const got = await client.send(new GetProductPageCommand({ PortalProductId, ProductPageId }));
  assert.equal(got.DisplayContent?.Title, 'About dogs');
  assert.equal(
    got.ProductPageArn,
    `arn:aws:apigateway:${REGION}:000000000000:/portalproducts/${PortalProductId}/productpages/${ProductPageId}`,
  );
  const list = new ListProductPagesCommand({ PortalProductId, MaxResults: '2' });
  const { Items = [], NextToken } = await client.send(list);
  const more = await client.send(new ListProductPagesCommand({ PortalProductId, NextToken }));
  const titles = [...Items, ...(more.Items ?? [])].map(({ PageTitle }) => PageTitle);
  assert.deepEqual(new Set(titles), new Set(['About dogs', 'Draft', 'Terms']));
  const DisplayContent = { Title: 'Rules', Body: 'Be kind.' };
  const { ProductPageId: termsId = '' } = terms;
  const at = { PortalProductId, ProductPageId: termsId };
  const updated = await client.send(new UpdateProductPageCommand({ ...at, DisplayContent }));
  assert.deepEqual(updated.DisplayContent, DisplayContent);
  await client.send(new DeleteProductPageCommand({ PortalProductId, ProductPageId }));
  const order = await client.send(new GetPortalProductCommand({ PortalProductId }));
  assert.equal(order.DisplayOrder?.OverviewPageArn, undefined);
  assert.deepEqual(order.DisplayOrder?.ProductPageArns, [terms.ProductPageArn]);
  assert.notEqual(draft.ProductPageId, undefined);
  const gone = { PortalProductId, ProductPageId };
  await assert.rejects(client.send(new GetProductPageCommand(gone)), NOT_FOUND);
  await assert.rejects(client.send(new UpdateProductPageCommand(gone)), NOT_FOUND);
  await assert.rejects(client.send(new DeleteProductPageCommand(gone)), NOT_FOUND);
  const nowhere = { PortalProductId: ABSENT };
  await assert.rejects(client.send(new ListProductPagesCommand(nowhere)), NOT_FOUND);
  await assert.rejects(
    client.send(new CreateProductPageCommand({ ...nowhere, DisplayContent })),
    NOT_FOUND,
  );
});

test('endpoint pages name what a stage serves, and say when it does no more', async (t) => {
  const world = await cloud(t);
  const { client, rest, endpoint } = world;
  const { productId: PortalProductId, restApiId: RestApiId, view } = await adoption(world);
  const { ProductRestEndpointPageId = '' } = view;
  const at = { PortalProductId, ProductRestEndpointPageId };
  const get = () => client.send(new GetProductRestEndpointPageCommand(at));
  const got = await get();
  assert.equal(got.Status, 'AVAILABLE');
  assert.equal(got.TryItState, 'ENABLED');
  assert.equal(got.RawDisplayContent, undefined);
  assert.deepEqual(got.DisplayContent, {
    Body: 'One dog, with **all** that we know.',
    Endpoint: `${endpoint}/_aws/execute-api/${RestApiId}/prod`,
    OperationName: 'View a dog',
  });
  const raw = new GetProductRestEndpointPageCommand({ ...at, IncludeRawDisplayContent: 'true' });
  const { RawDisplayContent = '' } = await client.send(raw);
  assert.deepEqual(Object.keys((JSON.parse(RawDisplayContent) as { paths: object }).paths), [
    '/dogs/{dogId}',
  ]);
  const list = new ListProductRestEndpointPagesCommand({ PortalProductId });
  const { Items } = await client.send(list);
  const names = new Set(Items?.map(({ OperationName }) => OperationName));
  assert.deepEqual(names, new Set(['Add a dog', 'View a dog']));

  const Overrides = { Endpoint: 'https://api.example.com', Body: 'Ours.' };
  const update = (settings: object) =>
    client.send(new UpdateProductRestEndpointPageCommand({ ...at, ...settings }));
  const updated = await update({ DisplayContent: { Overrides }, TryItState: 'DISABLED' });
  assert.deepEqual(updated.DisplayContent, Overrides);
  assert.equal(updated.TryItState, 'DISABLED');
  const plain = await update({ DisplayContent: { None: {} } });
  assert.equal(plain.DisplayContent?.Body, 'One dog, with **all** that we know.');
  await assert.rejects(update({ DisplayContent: {} }), BAD_REQUEST);

  const create = (parts: object | undefined, product = PortalProductId) =>
    client.send(
      new CreateProductRestEndpointPageCommand({
        PortalProductId: product,
        RestEndpointIdentifier: {
          IdentifierParts: parts && {
            ...{ RestApiId, Stage: 'prod', Path: '/dogs', Method: 'POST' },
            ...parts,
          },
        },
      }),
    );
  assert.equal((await create({})).TryItState, 'DISABLED');
  await assert.rejects(create({ RestApiId: 'nothing' }), NOT_FOUND);
  await assert.rejects(create({ Stage: 'beta' }), /Invalid stage identifier specified/);
  await assert.rejects(create({ Path: '/cats' }), /Invalid Resource identifier specified/);
  await assert.rejects(create({ Method: 'GET' }), /Invalid Method identifier specified/);
  await assert.rejects(create(undefined), BAD_REQUEST);
  await assert.rejects(create({}, ABSENT), /Invalid Portal Product identifier specified/);

  await rest.send(new DeleteRestApiCommand({ restApiId: RestApiId }));
  const failed = await get();
  assert.equal(failed.Status, 'FAILED');
  assert.equal(failed.StatusException?.Exception, 'NotFoundException');
  await client.send(new DeleteProductRestEndpointPageCommand(at));
  await assert.rejects(get(), NOT_FOUND);
  await assert.rejects(client.send(new DeleteProductRestEndpointPageCommand(at)), NOT_FOUND);
});

test('a private API can be documented, and not be tried', async (t) => {
  const world = await cloud(t);
  const { client } = world;
  const RestApiId = await documentedApi(world, ['PRIVATE']);
  const { PortalProductId } = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Dogs' }),
  );
  const IdentifierParts = { RestApiId, Stage: 'prod', Path: '/dogs', Method: 'POST' };
  const page = await client.send(
    new CreateProductRestEndpointPageCommand({
      PortalProductId,
      RestEndpointIdentifier: { IdentifierParts },
      TryItState: 'ENABLED',
    }),
  );
  assert.equal(page.TryItState, 'DISABLED');
});

test('portals and products are tagged by their ARNs', async (t) => {
  const { client } = await cloud(t);
  const Tags = { team: 'pets' };
  const { PortalArn = '' } = await newPortal(client, { Tags });
  const { PortalProductArn = '' } = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Dogs', Tags }),
  );
  for (const ResourceArn of [PortalArn, PortalProductArn]) {
    await client.send(new TagResourceCommand({ ResourceArn, Tags: { stage: 'beta' } }));
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }));
    const got = await client.send(new GetTagsCommand({ ResourceArn }));
    assert.deepEqual(got.Tags, { stage: 'beta' });
    const foreign = ResourceArn.replace('000000000000', '111122223333');
    await assert.rejects(client.send(new GetTagsCommand({ ResourceArn: foreign })), BAD_REQUEST);
  }
});

test('a portal is seen once it is published, as it was then, and no more when it is disabled', async (t) => {
  const world = await cloud(t);
  const { client, port, endpoint } = world;
  const { portalId: PortalId, productId, terms, draft, view } = await adoption(world);
  const root = `${endpoint}/_aws/portals/${PortalId}/`;
  assert.equal((await fetch(root)).status, 404);
  await client.send(new PublishPortalCommand({ PortalId, Description: 'The first' }));
  const { EndpointConfiguration, ...portal } = await client.send(
    new GetPortalCommand({ PortalId }),
  );
  assert.equal(portal.PublishStatus, 'PUBLISHED');
  assert.equal(portal.LastPublishedDescription, 'The first');
  await assert.rejects(client.send(new DeletePortalCommand({ PortalId })), BAD_REQUEST);

  const { PortalDefaultDomainName = '' } = EndpointConfiguration ?? {};
  const byName = await fetchByHost(port, PortalDefaultDomainName, '/');
  assert.equal(byName.status, 200);
  assert.match(byName.body, /<h1>Pet adoption<\/h1>/);
  assert.match(byName.body, new RegExp(`href="/products/${productId}"`));
  assert.match(String(byName.headers['content-security-policy']), /default-src 'none'/);
  const page = async (at: string) => (await fetch(`${root}${at}`)).text();
  const product = `products/${productId}`;
  const overview = await page(product);
  assert.match(
    overview,
    /<h1>About dogs<\/h1>\s*<p>Dogs are <em>good<\/em>\.<\/p>\s*<ul>\s*<li>They wait/,
  );
  assert.doesNotMatch(overview, /Draft/);
  assert.equal(
    (await fetch(`${root}${product}/pages/${draft.ProductPageId}`)).status,
    404,
    'a draft is not shown',
  );
  const hostile = await page(`${product}/pages/${terms.ProductPageId}`);
  assert.match(hostile, /&#60;script&#62;/);
  assert.doesNotMatch(hostile, /<script>|href="javascript:/);
  const shown = await page(`${product}/endpoints/${view.ProductRestEndpointPageId}`);
  assert.match(shown, /One dog, with <strong>all<\/strong> that we know\./);
  assert.match(shown, /&#34;age&#34;/, 'the schema of the answer');
  assert.match(shown, /It is here\./);
  assert.ok(!shown.includes(HOSTILE));
  const found = await page('search?q=VIEW%20dogs');
  assert.match(found, /1 result for “VIEW dogs”/);
  assert.match(await page(`search?q=${encodeURIComponent(HOSTILE)}`), /0 results|1 result/);
  assert.equal((await fetch(`${root}products/constructor`)).status, 404);
  assert.equal((await fetch(root, { method: 'POST' })).status, 405);
  const slashless = await fetch(root.slice(0, -1), { redirect: 'manual' });
  assert.equal(slashless.headers.get('location'), `/_aws/portals/${PortalId}/`);
  assert.match(await page('portal.css'), /--header: #134e4a;[^]*--on-header: #ffffff;/);

  const rename = new UpdatePortalProductCommand({
    PortalProductId: productId,
    DisplayName: 'Cats',
  });
  await client.send(rename);
  assert.match(await page(''), />Dogs</);
  await client.send(new PublishPortalCommand({ PortalId }));
  assert.match(await page(''), />Cats</);
  await client.send(new DeletePortalProductCommand({ PortalProductId: productId }));
  await client.send(new PublishPortalCommand({ PortalId }));
  assert.match(await page(''), /no products here yet/);
  await client.send(new DisablePortalCommand({ PortalId }));
  assert.equal((await fetch(root)).status, 404);
  await client.send(new DeletePortalCommand({ PortalId }));
});

test('a portal that cannot be published says why, and shows what it did', async (t) => {
  const world = await cloud(t);
  const { client, rest, endpoint } = world;
  const { portalId: PortalId, restApiId } = await adoption(world);
  await client.send(new PublishPortalCommand({ PortalId }));
  await rest.send(new DeleteRestApiCommand({ restApiId }));
  await client.send(new PublishPortalCommand({ PortalId }));
  await client.send(new PreviewPortalCommand({ PortalId }));
  const portal = await client.send(new GetPortalCommand({ PortalId }));
  assert.equal(portal.PublishStatus, 'PUBLISH_FAILED');
  assert.equal(portal.StatusException?.Exception, 'NotFoundException');
  assert.match(portal.StatusException?.Message ?? '', /^GET \/dogs\/\{dogId\} of \w+\/prod: /);
  assert.equal(portal.Preview?.PreviewStatus, 'PREVIEW_FAILED');
  assert.equal(portal.Preview?.PreviewUrl, undefined);
  assert.equal((await fetch(`${endpoint}/_aws/portals/${PortalId}/`)).status, 200);
});

test('a preview shows what is not published, for an hour', async (t) => {
  const world = await cloud(t);
  const { client, endpoint } = world;
  const { portalId: PortalId, productId, view } = await adoption(world);
  await client.send(new PreviewPortalCommand({ PortalId }));
  const { Preview } = await client.send(new GetPortalCommand({ PortalId }));
  assert.equal(Preview?.PreviewStatus, 'PREVIEW_READY');
  const url = Preview?.PreviewUrl ?? '';
  assert.match(await (await fetch(url)).text(), /A preview/);
  const shown = `${url}products/${productId}/endpoints/${view.ProductRestEndpointPageId}`;
  assert.doesNotMatch(await (await fetch(shown)).text(), /try-it/);
  assert.equal((await fetch(`${endpoint}/_aws/portals/${PortalId}/`)).status, 404);
  const other = url.replace(/\w{32}/, '0'.repeat(32));
  assert.equal((await fetch(other)).status, 404);
  const body = JSON.stringify({ advanceMs: 60 * 60 * 1000 });
  await fetch(`${endpoint}/_brume/clock`, { method: 'POST', body });
  assert.equal((await fetch(url)).status, 404);
  assert.equal((await client.send(new GetPortalCommand({ PortalId }))).Preview, undefined);
});

test('a portal that asks for a sign-in is not shown to anybody', async (t) => {
  const world = await cloud(t);
  const { client, endpoint } = world;
  const { portalId: PortalId } = await adoption(world);
  await client.send(new PublishPortalCommand({ PortalId }));
  const CognitoConfig = {
    AppClientId: 'client',
    UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_abc',
    UserPoolDomain: 'https://pool.example.com',
  };
  const Authorization = { CognitoConfig };
  const updated = await client.send(new UpdatePortalCommand({ PortalId, Authorization }));
  assert.deepEqual(updated.Authorization, Authorization);
  const answer = await fetch(`${endpoint}/_aws/portals/${PortalId}/`);
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /sign-in by Amazon Cognito/);
  const refusal = { name: 'NotImplemented' };
  await assert.rejects(client.send(new PublishPortalCommand({ PortalId })), refusal);
  await assert.rejects(client.send(new PreviewPortalCommand({ PortalId })), refusal);
});

test('a published portal is there after a restart', async (t) => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'brume-portals-'));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const before = await cloud(t, { dataFolder });
  const { portalId: PortalId } = await adoption(before);
  await before.client.send(new PublishPortalCommand({ PortalId }));
  await before.close();
  const after = await cloud(t, { dataFolder });
  const answer = await fetch(`${after.endpoint}/_aws/portals/${PortalId}/`);
  assert.match(await answer.text(), /<h1>Pet adoption<\/h1>/);
});
