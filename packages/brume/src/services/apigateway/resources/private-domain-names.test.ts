import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  DomainName,
  DomainNameAccessAssociation,
  DomainNameAccessAssociations,
  DomainNames,
  RestApi,
} from '../../../model/generated/apigateway.types.ts';
import type { PublishedRestDomain } from '../port.ts';
import { context, mockedApi, refusal, restGateway } from '../rest-fixture.ts';
import type { RestGateway } from '../rest-fixture.ts';

const NAME = 'private.example.com';
const PRIVATE = { domainName: NAME, endpointConfiguration: { types: ['PRIVATE'] } };
const badRequest = (message: RegExp) => refusal('BadRequestException', message);

/** The domains that the data plane is told. */
function follow({ feed }: RestGateway): { domains: readonly PublishedRestDomain[] } {
  const told: { domains: readonly PublishedRestDomain[] } = { domains: [] };
  feed.subscribe({
    published() {},
    withdrawn() {},
    plansChanged() {},
    domainsChanged: (domains) => void (told.domains = domains),
  });
  return told;
}

test('a private domain name has an id, by which several may be alike', async () => {
  const { call } = await restGateway();
  const one = await call<DomainName>('CreateDomainName', PRIVATE);
  const two = await call<DomainName>('CreateDomainName', PRIVATE);
  const open = await call<DomainName>('CreateDomainName', { domainName: NAME });
  assert.match(one.domainNameId ?? '', /^[a-z0-9]{10}$/);
  assert.notEqual(one.domainNameId, two.domainNameId);
  assert.equal(open.domainNameId, undefined);
  const arn = `arn:aws:apigateway:us-east-1:000000000000:/domainnames/${NAME}+${one.domainNameId}`;
  assert.equal(one.domainNameArn, arn);
  assert.equal(one.endpointConfiguration?.ipAddressType, 'dualstack');
  assert.equal(one.regionalDomainName ?? one.distributionDomainName, undefined);
  const named = { domainName: NAME, domainNameId: one.domainNameId };
  assert.equal((await call<DomainName>('GetDomainName', named)).domainNameArn, arn);
  const got = await call<DomainName>('GetDomainName', { domainName: NAME });
  assert.equal(got.domainNameArn, open.domainNameArn);
  assert.equal((await call<DomainNames>('GetDomainNames', {})).items?.length, 3);
  await call('TagResource', { resourceArn: arn, tags: { team: 'a' } });
  assert.deepEqual((await call<DomainName>('GetDomainName', named)).tags, { team: 'a' });
  const foreign = arn.replace('000000000000', '111122223333');
  await assert.rejects(call('GetTags', { resourceArn: foreign }), badRequest(/ARN/));
  await call('DeleteDomainName', named);
  assert.equal((await call<DomainNames>('GetDomainNames', {})).items?.length, 2);
  await assert.rejects(call('GetDomainName', named), { name: 'NotFoundException' });
});

test('no domain takes names from APIs, functions, portals or AWS', async () => {
  const { call } = await restGateway();
  for (const domainName of [
    'abcdefghij.execute-api.localhost',
    '*.execute-api.us-east-1.amazonaws.com',
    'x.LAMBDA-URL.us-east-1.localhost',
    'p-abcdefghij.apigw-portal.localhost',
    'dynamodb.us-east-1.amazonaws.com',
  ]) {
    const taken = call('CreateDomainName', { domainName });
    await assert.rejects(taken, badRequest(/is kept for what Brume itself/), domainName);
  }
  await call('CreateDomainName', { domainName: 'execute-api-docs.example.com' });
});

test('what a private domain name cannot be is refused', async () => {
  const { call } = await restGateway();
  const create = (more: object) => call('CreateDomainName', { ...PRIVATE, ...more });
  await assert.rejects(create({ domainName: '*.example.com' }), badRequest(/wildcards/));
  await assert.rejects(create({ securityPolicy: 'TLS_1_0' }), badRequest(/TLS_1_2/));
  await assert.rejects(create({ policy: 'no policy' }), badRequest(/Invalid policy document/));
  const mutualTlsAuthentication = { truststoreUri: 'file:///trust.pem' };
  await assert.rejects(
    create({ mutualTlsAuthentication }),
    refusal('NotImplemented', /truststores/),
  );
  await assert.rejects(
    call('CreateDomainName', { domainName: 'open.example.com', policy: '{"Statement":[]}' }),
    badRequest(/Only private domain names/),
  );
  const { domainNameId } = await call<DomainName>('CreateDomainName', PRIVATE);
  const patchOperations = [
    { op: 'replace', path: '/endpointConfiguration/types/PRIVATE', value: 'REGIONAL' },
  ];
  const update = call('UpdateDomainName', { domainName: NAME, domainNameId, patchOperations });
  await assert.rejects(update, badRequest(/cannot become/));
});

test('private domain names lead to private APIs, and public ones to public APIs', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const { restApiId: open } = await mockedApi(gateway);
  const hidden = await call<RestApi>('CreateRestApi', {
    name: 'hidden',
    endpointConfiguration: { types: ['PRIVATE'] },
  });
  const { domainNameId } = await call<DomainName>('CreateDomainName', PRIVATE);
  await call('CreateDomainName', { domainName: NAME });
  const map = (restApiId = '', id?: string) =>
    call('CreateBasePathMapping', { domainName: NAME, domainNameId: id, restApiId });
  await assert.rejects(map(open, domainNameId), badRequest(/private APIs only/));
  await assert.rejects(map(hidden.id), badRequest(/private APIs only/));
  await map(hidden.id, domainNameId);
  await map(open);
  const deep = { domainName: NAME, basePath: 'a/b' };
  const ofHidden = { ...deep, domainNameId, restApiId: hidden.id };
  await assert.rejects(call('CreateBasePathMapping', ofHidden), badRequest(/one part/));
  await call('CreateBasePathMapping', { ...deep, restApiId: open });
  const wrong = { domainName: NAME, basePath: '/a', restApiId: open };
  await assert.rejects(call('CreateBasePathMapping', wrong), badRequest(/slashes/));
});

test('VPC endpoints are associated with private domain names of their account', async () => {
  const gateway = await restGateway();
  const { call } = gateway;
  const told = follow(gateway);
  const { domainNameArn, domainNameId } = await call<DomainName>('CreateDomainName', PRIVATE);
  const other = await call<DomainName>('CreateDomainName', PRIVATE);
  const associate = (source: string, arn = domainNameArn, as = context) =>
    call<DomainNameAccessAssociation>(
      'CreateDomainNameAccessAssociation',
      {
        domainNameArn: arn,
        accessAssociationSourceType: 'VPCE',
        accessAssociationSource: source,
        tags: { team: 'a' },
      },
      as,
    );
  const made = await associate('vpce-1');
  const arn = `arn:aws:apigateway:us-east-1:000000000000:/domainnameaccessassociations/domainname/${NAME}+${domainNameId}/vpcesource/vpce-1`;
  assert.deepEqual(made, {
    domainNameAccessAssociationArn: arn,
    domainNameArn,
    accessAssociationSourceType: 'VPCE',
    accessAssociationSource: 'vpce-1',
    tags: { team: 'a' },
  });
  await assert.rejects(associate('vpce-1'), { name: 'ConflictException' });
  await assert.rejects(associate('vpce-1', other.domainNameArn), { name: 'ConflictException' });
  await assert.rejects(associate('vpc-1'), badRequest(/VPC endpoint id/));
  await assert.rejects(associate('vpce-2', `${domainNameArn}x`), { name: 'NotFoundException' });
  await assert.rejects(associate('vpce-2', 'arn:aws:s3:::x'), badRequest(/ARN/));
  const stranger = { ...context, accountId: '111122223333' };
  await assert.rejects(associate('vpce-2', domainNameArn, stranger), { name: 'NotImplemented' });
  await associate('vpce-2', other.domainNameArn);
  const endpoints = () => told.domains.map((each) => [...(each.privateAccess?.endpointIds ?? [])]);
  assert.deepEqual(endpoints().flat().toSorted(), ['vpce-1', 'vpce-2']);

  const list = (input: object = {}) =>
    call<DomainNameAccessAssociations>('GetDomainNameAccessAssociations', input);
  assert.equal((await list()).items?.length, 2);
  const first = await list({ limit: 1 });
  assert.equal((await list({ limit: 1, position: first.position })).items?.length, 1);
  assert.deepEqual((await list({ resourceOwner: 'OTHER_ACCOUNTS' })).items, []);

  const reject = (domain: string | undefined) =>
    call('RejectDomainNameAccessAssociation', {
      domainNameAccessAssociationArn: arn,
      domainNameArn: domain,
    });
  await assert.rejects(reject(other.domainNameArn), { name: 'NotFoundException' });
  await reject(domainNameArn);
  const remove = () =>
    call('DeleteDomainNameAccessAssociation', { domainNameAccessAssociationArn: arn });
  await assert.rejects(remove(), { name: 'NotFoundException' });
  await associate('vpce-1');
  await remove();
  assert.deepEqual(endpoints().flat(), ['vpce-2']);
});

const STRANGER = { ...context, accountId: '111122223333' };

test('a name that another account has is taken, with its wildcard and what that stands for', async () => {
  const { call } = await restGateway();
  await call('CreateDomainName', { domainName: NAME });
  await call('CreateDomainName', { domainName: '*.example.org' });
  for (const domainName of [NAME.toUpperCase(), '*.example.com', 'a.Example.org']) {
    const taken = call('CreateDomainName', { domainName }, STRANGER);
    await assert.rejects(taken, refusal('ConflictException', /already exists/), domainName);
  }
  await call('CreateDomainName', { domainName: 'a.example.org' });
  await call('CreateDomainName', { domainName: 'a.b.example.org' }, STRANGER);
});

test('a domain is known without an API, and a private one has no other name to itself', async () => {
  const { call, store } = await restGateway();
  await call('CreateDomainName', { domainName: NAME });
  await call('CreateDomainName', PRIVATE, STRANGER);
  const told = follow(await restGateway({ store }));
  assert.deepEqual(
    told.domains.map(({ domainName, privateAccess }) => [domainName, privateAccess !== undefined]),
    [
      [NAME, false],
      [NAME, true],
    ],
  );
});

test('endpoint access modes and security policies are what they may be', async () => {
  const { call } = await restGateway();
  const securityPolicy = 'SecurityPolicy_TLS13_1_3_2025_09';
  const create = (more: object) => call('CreateDomainName', { domainName: NAME, ...more });
  await assert.rejects(create({ securityPolicy }), badRequest(/endpoint access mode/));
  await create({ securityPolicy, endpointAccessMode: 'BASIC' });
  const patch = (path: string, value: string) =>
    call('UpdateDomainName', {
      domainName: NAME,
      patchOperations: [{ op: 'replace', path, value }],
    });
  await assert.rejects(patch('/securityPolicy', '__proto__'), badRequest(/security policy/));
  await assert.rejects(patch('/endpointAccessMode', 'LAX'), badRequest(/access mode/));
  await patch('/endpointAccessMode', 'STRICT');
});
