/** Recordings of requests to function URLs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  GetFunctionCommand,
  type InvokeMode,
} from '@aws-sdk/client-lambda';
import { zipFiles } from '../../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { definition, REGION, settled, type Play, type Script } from './recordings.ts';

const FunctionName = 'my-function';

async function create({ client }: Play, code: string): Promise<void> {
  await client.send(new CreateFunctionCommand(definition(FunctionName, code)));
  await settled(client, FunctionName);
}

interface UrlSettings {
  readonly Qualifier?: string;
  readonly InvokeMode?: InvokeMode | undefined;
}

/** The URL, open to everybody; both answers are compared where they are recorded. */
async function open(play: Play, settings: UrlSettings = {}): Promise<string> {
  const { client } = play;
  const { port } = await play.brume.listen();
  const step = async <Output>(name: string, answer: Promise<Output>) =>
    play.recorded(name) === undefined
      ? answer
      : play.step(name, answer, {
          except: ['FunctionUrl'],
        });
  const made = new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...settings });
  const { FunctionUrl = '' } = await step('create_lambda_url_config', client.send(made));
  const permission = new AddPermissionCommand({
    FunctionName,
    Qualifier: settings.Qualifier,
    StatementId: 'urlPermission',
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  });
  await step('add_permission', client.send(permission));
  // The client of these recordings speaks to Brume without a socket, and so under AWS's name.
  return `http://127.0.0.1:${port}${new URL(FunctionUrl).pathname}`;
}

const answer =
  (result: string): Script =>
  async (play) => {
    await create(play, `def handler(event, context):\n    return ${result}\n`);
    const response = await fetch(await open(play), { method: 'POST', body: '{}' });
    const content = await response.text();
    const header = (name: string) => [name, response.headers.get(name)];
    const headers = Object.fromEntries(['Content-Length', 'Content-Type'].map(header));
    const seen = { content, headers, statuscode: response.status };
    await play.step('lambda_url_invocation', Promise.resolve(seen));
  };

const RESULTS: Readonly<Record<string, string>> = {
  dict: "{'hello': 'world'}",
  'http-response': "{'statusCode': 200, 'body': 'body123'}",
  'http-response-json': `{'statusCode': 200, 'body': '{"hello": "world"}'}`,
  'list-mixed': "['hello', 3, True]",
  integer: '3',
  float: '3.1',
  boolean: 'True',
};

const configured =
  (InvokeMode?: InvokeMode): Script =>
  async (play) => {
    await create(play, 'def handler(event, context):\n    return event\n');
    await open(play, { InvokeMode });
  };

const exception: Script = async (play) => {
  const { client } = play;
  await create(play, "def handler(event, context):\n    raise Exception('no')\n");
  await play.step('get_fn_result', client.send(new GetFunctionCommand({ FunctionName })));
  await open(play);
};

const aliasDeleted: Script = async (play) => {
  const { client } = play;
  await create(play, 'def handler(event, context):\n    return 1\n');
  const alias = { FunctionName, Name: 'urlalias' };
  await client.send(new CreateAliasCommand({ ...alias, FunctionVersion: '$LATEST' }));
  const url = await open(play, { Qualifier: alias.Name, InvokeMode: 'BUFFERED' });
  const { status } = await fetch(url);
  await play.step('invoke_aliased_url_response', Promise.resolve({ status_code: status }));
  await play.step('delete_alias_resp', client.send(new DeleteAliasCommand(alias)));
  const refused = await fetch(url);
  const seen = {
    content: await refused.text(),
    headers: { 'x-amzn-ErrorType': refused.headers.get('x-amzn-ErrorType') },
    status_code: refused.status,
  };
  await play.step('invoke_deleted_alias_url_response_delayed', Promise.resolve(seen));
};

/** The function of the recorder shows what it was called with, but for headers of the platform. */
const ECHO = `def handler(event, context):
    request = event['requestContext']
    headers = {name: value for name, value in event['headers'].items() if not name.startswith('x-')}
    return {
        'args': event.get('queryStringParameters') or {},
        'data': event.get('body'),
        'domain': request['domainName'],
        'headers': headers,
        'method': request['http']['method'],
        'origin': request['http']['sourceIp'],
        'path': event['rawPath'],
    }
`;

interface Echoed {
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** By host, as on AWS, with the headers that AWS was sent, and no others, as `fetch` would send them. */
const echoed =
  (target: string, more: Readonly<Record<string, string>> = {}): Script =>
  async (play) => {
    await create(play, ECHO);
    const url = new URL(await open(play));
    const recorded = play.recorded('url_response') as Echoed;
    const { data } = recorded;
    const body = typeof data === 'string' ? Buffer.from(data, 'base64') : '{"foo": "bar"}';
    const { host: _, 'content-length': __, ...headers } = recorded.headers;
    const host = `${url.pathname.split('/')[3]}.lambda-url.${REGION}.localhost:${url.port}`;
    const options = { method: 'POST', headers: { ...headers, ...more, host } };
    const sent = request(`${url.origin}${target}`, options);
    sent.end(body);
    const [response]: IncomingMessage[] = await once(sent, 'response');
    assert.ok(response);
    await play.step('url_response', json(response));
  };

const streaming: Script = async (play) => {
  const source =
    'exports.handler = awslambda.streamifyResponse(async (event, stream) => {\n' +
    "  stream.write('Hello, ');\n  stream.end('world!');\n});\n";
  await play.client.send(
    new CreateFunctionCommand({
      ...definition(FunctionName),
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipFiles({ 'index.js': source }) },
    }),
  );
  await settled(play.client, FunctionName);
  const response = await fetch(await open(play, { InvokeMode: 'RESPONSE_STREAM' }));
  await play.step('response_status', Promise.resolve(response.status));
  await play.step('response_data', response.text());
};

const U = 'TestLambdaURL::test';
const results = Object.entries(RESULTS).map(([name, result]) => [
  `${U}_lambda_url_invocation[${name}]`,
  answer(result),
]);

/** Of lambda.json. */
export const urlRequests: Readonly<Record<string, Script>> = {
  ...Object.fromEntries(results),
  [`${U}_lambda_url_invocation_exception`]: exception,
  [`${U}_lambda_url_echo_invoke[None]`]: configured(),
  [`${U}_lambda_url_echo_invoke[BUFFERED]`]: configured('BUFFERED'),
  [`${U}_lambda_url_echo_invoke[RESPONSE_STREAM]`]: configured('RESPONSE_STREAM'),
  [`${U}_lambda_url_persists_after_alias_delete`]: aliasDeleted,
  [`${U}_lambda_url_echo_http_fixture_trim_x_headers`]: echoed('/path/1?q=query', {
    'x-custom': 'trimmed',
  }),
  [`${U}_lambda_url_form_payload`]: echoed('/test/value'),
  [`${U}_function_url_with_response_streaming`]: streaming,
};
