/** A cloud with a REST API that is documented, and a product and a portal of it: for tests of portals. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateDocumentationVersionCommand,
  ImportRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreatePortalCommand,
  CreatePortalProductCommand,
  CreateProductPageCommand,
  CreateProductRestEndpointPageCommand,
  UpdatePortalProductCommand,
} from '@aws-sdk/client-apigatewayv2';
import { createBrume } from '../../packages/brume/src/brume.ts';
import type { Config } from '../../packages/brume/src/config.ts';

export const REGION = 'eu-west-1';
export const HOSTILE = '<script>document.title="owned"</script>';

export const CONTENT = {
  DisplayName: 'Pet adoption',
  Description: 'Everything that it takes to bring an animal home.',
  Theme: {
    CustomColors: {
      AccentColor: '#0f766e',
      BackgroundColor: '#ffffff',
      ErrorValidationColor: '#b42318',
      HeaderColor: '#134e4a',
      NavigationColor: '#f0fdfa',
      TextColor: '#1c2b2a',
    },
  },
};

export const OPEN = { Authorization: { None: {} }, EndpointConfiguration: { None: {} } };

export async function cloud(t: TestContext, said: Partial<Config> = { memory: true }) {
  const brume = await createBrume({ port: 0, ...said });
  const { port } = await brume.listen();
  const endpoint = `http://127.0.0.1:${port}`;
  const options = { region: REGION, endpoint, credentials: brume.root };
  const client = new ApiGatewayV2Client(options);
  const rest = new APIGatewayClient(options);
  let closing: Promise<void> | undefined;
  const close = () => {
    client.destroy();
    rest.destroy();
    return (closing ??= brume.close());
  };
  t.after(close);
  return { client, rest, endpoint, port, close };
}

export type Cloud = Awaited<ReturnType<typeof cloud>>;

const PET = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
};
const MOCK = {
  type: 'mock',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: {
    default: {
      statusCode: '200',
      responseTemplates: {
        'application/json':
          '{"dog":"$input.params(\'dogId\')","fields":"$input.params(\'fields\')"}',
      },
    },
  },
};
const DOCUMENTATION = [
  [{ type: 'METHOD', path: '/dogs/{dogId}', method: 'GET' }, 'One dog, with **all** that we know.'],
  [
    { type: 'PATH_PARAMETER', path: '/dogs/{dogId}', method: 'GET', name: 'dogId' },
    `The dog ${HOSTILE}`,
  ],
  [{ type: 'RESPONSE', path: '/', statusCode: '200' }, 'It is here.'],
] as const;

/** `GET /dogs/{dogId}` and `POST /dogs` at the stage `prod`, with models and documentation. */
export async function documentedApi({ rest }: Cloud, types = ['REGIONAL']): Promise<string> {
  const answered = {
    '200': {
      description: 'ok',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
    },
  };
  const get = {
    parameters: [
      { name: 'dogId', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'fields', in: 'query', schema: { type: 'string' } },
    ],
    responses: answered,
    'x-amazon-apigateway-integration': MOCK,
  };
  const post = {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
    },
    responses: answered,
    'x-amazon-apigateway-integration': MOCK,
  };
  const document = {
    openapi: '3.0.1',
    info: { title: 'dogs', version: '1' },
    paths: { '/dogs/{dogId}': { get }, '/dogs': { post } },
    components: { schemas: { Pet: PET } },
    'x-amazon-apigateway-documentation': {
      documentationParts: DOCUMENTATION.map(([location, description]) => ({
        location,
        properties: { description },
      })),
    },
  };
  const body = Buffer.from(JSON.stringify(document));
  const parameters = { endpointConfigurationTypes: types.join(',') };
  const { id: restApiId } = await rest.send(new ImportRestApiCommand({ body, parameters }));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  const version = { restApiId, documentationVersion: '1', stageName: 'prod' };
  await rest.send(new CreateDocumentationVersionCommand(version));
  return restApiId ?? '';
}

/** A portal that is not published yet, of a product with an overview, a page and both endpoints. */
export async function adoption(world: Cloud) {
  const { client } = world;
  const restApiId = await documentedApi(world);
  const product = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Dogs', Description: 'Find a dog.' }),
  );
  const { PortalProductId = '', PortalProductArn = '' } = product;
  const page = (Title: string, Body: string) =>
    client.send(new CreateProductPageCommand({ PortalProductId, DisplayContent: { Title, Body } }));
  const endpoint = (Method: string, Path: string, OperationName: string) =>
    client.send(
      new CreateProductRestEndpointPageCommand({
        PortalProductId,
        RestEndpointIdentifier: {
          IdentifierParts: { RestApiId: restApiId, Stage: 'prod', Path, Method },
        },
        DisplayContent: { Overrides: { OperationName } },
        TryItState: 'ENABLED',
      }),
    );
  const overview = await page('About dogs', 'Dogs are *good*.\n\n- They wait\n- They **bark**\n');
  const terms = await page('Terms', `# Be kind\n\n${HOSTILE} [a](javascript:alert(1))\n`);
  const draft = await page('Draft', 'Nobody sees this.');
  const view = await endpoint('GET', '/dogs/{dogId}', 'View a dog');
  const add = await endpoint('POST', '/dogs', 'Add a dog');
  const arns = [view.ProductRestEndpointPageArn ?? '', add.ProductRestEndpointPageArn ?? ''];
  await client.send(
    new UpdatePortalProductCommand({
      PortalProductId,
      DisplayOrder: {
        OverviewPageArn: overview.ProductPageArn,
        ProductPageArns: [terms.ProductPageArn ?? ''],
        Contents: [{ SectionName: 'Adopt', ProductRestEndpointPageArns: arns }],
      },
    }),
  );
  const portal = await client.send(
    new CreatePortalCommand({
      ...OPEN,
      PortalContent: CONTENT,
      IncludedPortalProductArns: [PortalProductArn],
    }),
  );
  const { PortalId = '' } = portal;
  const ids = { restApiId, productId: PortalProductId, portalId: PortalId };
  return { ...ids, productArn: PortalProductArn, overview, terms, draft, view, add };
}

/** By host: names under localhost do not resolve everywhere outside of browsers. */
export async function fetchByHost(port: number, host: string, path: string) {
  const options = { port, host: '127.0.0.1', path, headers: { host } };
  const message = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(options, resolve).on('error', reject).end();
  });
  return { status: message.statusCode ?? 0, headers: message.headers, body: await text(message) };
}
