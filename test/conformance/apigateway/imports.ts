/** What was asked of AWS about OpenAPI documents, and of APIs that come from them. */
import {
  binaryPets,
  bytes,
  CIRCULAR,
  MOCK,
  pets,
  petStore,
  whenDefault,
  withBasePath,
  withServer,
} from './documents.ts';
import type { Json } from './documents.ts';
import type { Scenario, Scenarios, Session } from './recording.ts';
import { newApi } from './rest-apis.ts';

/** Asks for a method and its parts, under the names that the recorder gave to the answers. */
async function matchMethod(
  session: Session,
  { restApiId, prefix = '' }: { restApiId: string; prefix?: string },
  { id: resourceId, path }: { id: string; path: string },
  verb: string,
) {
  const place = `${path === '/' ? 'root' : path.slice(1)}-${verb.toLowerCase()}`;
  const method = { restApiId, resourceId, httpMethod: verb };
  const response = { ...method, statusCode: '200' };
  await session.match(`${prefix}method-${place}`, 'GetMethod', method);
  await session.match(`${prefix}method-response-${place}`, 'GetMethodResponse', response);
  await session.match(`${prefix}integration-${place}`, 'GetIntegration', method);
  const name = `${prefix}integration-response-${place}`;
  await session.match(name, 'GetIntegrationResponse', response);
}

/** Compares a list of resources, then all their methods. */
async function matchResources(session: Session, name: string, restApiId: string, prefix = '') {
  const { items } = await session.match(name, 'GetResources', { restApiId });
  for (const resource of items) {
    for (const verb of Object.keys(resource.resourceMethods ?? {}).sort()) {
      await matchMethod(session, { restApiId, prefix }, resource, verb);
    }
  }
}

function basePathOas30(basepath: string): Scenario {
  return async (session) => {
    const { restApiId } = await newApi(session);
    const put = (name: string, document: Json) =>
      session.match(name, 'PutRestApi', {
        ...{ restApiId, mode: 'overwrite', parameters: { basepath }, body: bytes(document) },
      });
    const event = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
    const variables = { basePath: { default: '/base-var' } };
    const server = { url: 'https://example.com/{basePath}', variables };
    await put('put-rest-api-oas30-srv-var', withServer(server, event));
    await matchResources(session, 'get-resources-oas30-srv-var', restApiId, 'srv-var-');
    const url = { url: 'https://example.com/base-url/part/' };
    const mixed = {
      ...event,
      'integration.request.header.double-single': "'True'",
      'integration.request.header.nothing': true,
    };
    await put('put-rest-api-oas30-srv-url', withServer(url, mixed));
    await matchResources(session, 'get-resources-oas30-srv-url', restApiId, 'srv-url-');
  };
}

const BAD = { yaml: 'openapi: 3.0.0\n  info: :', json: '{"openapi": "3.0.0",' };

async function matchParts(session: Session, restApiId: string, names: Record<string, string>) {
  for (const [name, operationName] of Object.entries(names)) {
    await session.match(name, operationName, { restApiId });
  }
}

/** The recorder's form of a log: a line each, without times. */
function withLogLines({ log, ...answer }: { log: string }) {
  const lines = log.replaceAll(/^\w{3} \w{3} \d\d [\d:]{8} UTC \d{4} : /gm, `${UNDATED} : `);
  const numbered = lines
    .split('\n')
    .map((line, at) => [`line${String(at).padStart(2, '0')}`, line] as const);
  return { ...answer, latency: 'some', log: Object.fromEntries(numbered) };
}

const UNDATED = 'DDD MMM dd hh:mm:ss UTC yyyy';

function exported(exportType: string, document: (session: Session) => Json): Scenario {
  return async (session) => {
    const body = bytes(document(session));
    const { id: restApiId } = await session.match('import-api', 'ImportRestApi', { body });
    const stageName = 'local';
    await session.ask('CreateDeployment', { restApiId, stageName });
    const input = { restApiId, stageName, exportType };
    await session.match('get-export', 'GetExport', input);
    const parameters = { extensions: 'integrations' };
    await session.match('get-export-with-extensions', 'GetExport', { ...input, parameters });
  };
}

export const imports: Scenarios = {
  'test_export_swagger_openapi[TEST_IMPORT_PETS]': exported('swagger', binaryPets),
  'test_export_oas30_openapi[TEST_IMPORT_PETS]': exported('oas30', binaryPets),
  'test_export_oas30_openapi[TEST_IMPORT_PETSTORE_SWAGGER]': exported('oas30', (session) => {
    const { body } = session.recorded('get-export-with-extensions');
    const { responses } = body.paths['/'].get['x-amazon-apigateway-integration'];
    return petStore(responses.default.responseTemplates['text/html'], false);
  }),

  async test_import_rest_api(session) {
    const document = {
      ...{ swagger: '2.0', info: { title: 'any', version: '1.0' }, paths: {} },
      'x-amazon-apigateway-binary-media-types': ['*/*'],
    };
    await session.match('import_rest_api', 'ImportRestApi', { body: bytes(document) });
  },

  async test_import_swagger_api(session) {
    const page = session.recorded('integration-response-root-get').responseTemplates['text/html'];
    const body = bytes(petStore(page, true));
    const { id } = await session.match('import-swagger', 'ImportRestApi', { body });
    const lists = { 'get-authorizers': 'GetAuthorizers', 'get-models': 'GetModels' };
    await matchParts(session, id, lists);
    await matchResources(session, 'resources', id);
  },

  async 'test_import_rest_apis_with_base_path_swagger[ignore]'(session) {
    const { restApiId } = await newApi(session);
    const named = { restApiId, parameters: { basepath: 'ignore' }, mode: 'overwrite' };
    const put = { ...named, body: bytes(withBasePath()) };
    await session.match('put-rest-api-swagger-json', 'PutRestApi', put);
    await matchResources(session, 'get-resources-swagger-json', restApiId);
    // Another API, or the root would have the id of the first.
    const other = await newApi(session);
    const body = bytes(pets({ title: 'Simple PetStore (Swagger)', version: '1.0.0' }));
    await session.ask('PutRestApi', { ...named, ...{ restApiId: other.restApiId, body } });
    await matchResources(session, 'get-resources-no-base-path-swagger', other.restApiId);
  },

  'test_import_rest_api_with_base_path_oas30[ignore]': basePathOas30('ignore'),
  'test_import_rest_api_with_base_path_oas30[prepend]': basePathOas30('prepend'),
  'test_import_rest_api_with_base_path_oas30[split]': basePathOas30('split'),

  async test_import_with_circular_models_and_request_validation(session) {
    const body = Buffer.from(CIRCULAR);
    const { id } = await session.match('import-api', 'ImportRestApi', { body });
    const lists = { 'get-models': 'GetModels', 'request-validators': 'GetRequestValidators' };
    await matchParts(session, id, lists);
    await matchResources(session, 'resources', id);
  },

  async 'test_put_rest_api_mode_binary_media_types[overwrite]'(session) {
    const given = { name: 'binary', binaryMediaTypes: ['image/heif'] };
    const { id: restApiId } = await session.match('create-rest-api', 'CreateRestApi', given);
    await session.match('get-rest-api', 'GetRestApi', { restApiId });
    const put = { restApiId, mode: 'overwrite', body: bytes(binaryPets()) };
    await session.match('put-api', 'PutRestApi', put);
  },

  async test_invoke_test_method(session) {
    const mock = (template: string) => ({
      'x-amazon-apigateway-integration': {
        ...MOCK,
        responses: whenDefault(undefined, { 'application/json': template }),
      },
      responses: { '200': { description: '' } },
    });
    const pet = mock('{"petId": "$input.params(\'petId\')"}');
    const paths = {
      '/pets': { get: mock('{"pets": "all the pets"}') },
      '/pets/{petId}': { get: pet, post: pet },
    };
    const document = { swagger: '2.0', info: { title: 'tried' }, paths };
    const { id } = await session.ask('ImportRestApi', { body: bytes(document) });
    const { items } = await session.ask('GetResources', { restApiId: id });
    const resourceOf = (path: string) => items.find((each: Json) => each['path'] === path).id;
    const invoke = (name: string, path: string, input: object) =>
      session.match(
        name,
        'TestInvokeMethod',
        { ...{ restApiId: id, resourceId: resourceOf(path), httpMethod: 'GET' }, ...input },
        withLogLines,
      );
    const all = 'test-invoke-method-get-pets';
    await invoke(all, '/pets', { pathWithQueryString: '/pets' });
    await invoke(`${all}-bad-path`, '/pets', { pathWithQueryString: '/random/test' });
    const one = '/pets/{petId}';
    await invoke(`${all}-id`, one, { pathWithQueryString: '/pets/123' });
    await invoke(`${all}-id-no-path`, one, {});
    await invoke(`${all}-id-bad-path`, one, { pathWithQueryString: '/random/test' });
    const query = { pathWithQueryString: '/pets/123?foo=bar' };
    await invoke('test-invoke-method-get-with-qs', one, query);
    const post = { pathWithQueryString: '/pets/123', body: '{"foo": "bar"}', httpMethod: 'POST' };
    await invoke('test-invoke-method-post-with-body', one, post);
    await invoke('resource-method-not-found', one, { httpMethod: 'DELETE' });
    await invoke('resource-id-not-found', one, { resourceId: 'badid' });
    await invoke('rest-api-not-found', one, { restApiId: 'badid' });
  },

  async test_import_documentation_parts_bad_file(session) {
    const { restApiId } = await newApi(session);
    for (const [name, text] of Object.entries(BAD)) {
      const input = { restApiId, body: Buffer.from(text) };
      const recorded = `import-documentation-parts-bad-${name}-file`;
      await session.match(recorded, 'ImportDocumentationParts', input);
    }
  },

  async test_import_api_bad_file(session) {
    const { restApiId } = await newApi(session);
    for (const [name, text] of Object.entries(BAD)) {
      const body = Buffer.from(text);
      await session.match(`import-api-bad-${name}-file`, 'ImportRestApi', { body });
      await session.match(`put-rest-api-bad-${name}-file`, 'PutRestApi', { restApiId, body });
    }
  },
};
