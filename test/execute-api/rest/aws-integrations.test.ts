import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '../../../packages/brume/src/http/message.ts';
import { FUNCTION_URI, restApi } from '../../support/rest-api.ts';

const JSON_TYPE = 'application/json';

// As recorded from AWS, 2023 (test_lambda_selection_patterns, test_lambda_aws_integration_*).
test('a function behind AWS is told what the template says, and its errors choose the response', async () => {
  const api = await restApi({
    handler(event) {
      const { fails } = event;
      if (typeof fails === 'string' && fails) throw new Error(`raising ${fails}\nhundred`);
      return { got: event };
    },
  });
  await api.method(
    'GET /',
    {
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: FUNCTION_URI,
      requestTemplates: { [JSON_TYPE]: '{"fails": "$input.params(\'fails\')"}' },
    },
    {
      responses: [
        { statusCode: '200', responseTemplates: { [JSON_TYPE]: "$input.json('$.got')" } },
        { statusCode: '400', selectionPattern: '.*four.*' },
        { statusCode: '422', selectionPattern: '.*raising four(\\n|.)*' },
      ],
    },
  );
  await api.deploy();
  const passed = await api.fetch({ path: '/?fails=' });
  assert.deepEqual([passed.status, passed.text], [200, '{"fails":""}']);
  assert.ok(passed.headers['X-Amzn-Trace-Id']);
  const failed = await api.fetch({ path: '/?fails=four' });
  assert.equal(failed.status, 422, 'a dot matches no line end, and patterns match all of a text');
  assert.match(failed.text, /"errorMessage":"Error: raising four\\nhundred"/);
  const other = await api.fetch({ path: '/?fails=five' });
  assert.equal(other.status, 200, 'no pattern matches: the one without');
});

test('a mapped header makes an event of the invocation', async () => {
  const types: unknown[] = [];
  const answered = { executedVersion: '1', logTail: '', functionError: undefined };
  const api = await restApi({
    lambda: {
      invokeStreamed: () => assert.fail('streamed'),
      async invoke({ invocationType }) {
        types.push(invocationType);
        return { ...answered, statusCode: 202, payload: new Uint8Array() };
      },
    },
  });
  await api.method(
    'POST /',
    {
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: FUNCTION_URI,
      requestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
    },
    { responses: [{ statusCode: '202' }] },
  );
  await api.deploy();
  const { status, text } = await api.fetch({ path: '/', method: 'POST', body: '{}' });
  assert.deepEqual([status, text, types], [202, '', ['Event']]);
});

test('an action of another service is called as the API’s account', async () => {
  const asked: HttpRequest[] = [];
  const api = await restApi({
    async callService(request) {
      asked.push(request);
      return { status: 400, headers: { 'x-amzn-requestid': 'r' }, body: '{"__type":"Wrong"}' };
    },
  });
  await api.method(
    'POST /',
    {
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem',
      requestTemplates: { [JSON_TYPE]: '{"TableName": "t", "Item": $input.json(\'$\')}' },
    },
    { responses: [{ statusCode: '200' }, { statusCode: '418', selectionPattern: '4\\d{2}' }] },
  );
  await api.deploy();
  const { status, text } = await api.fetch({ path: '/', method: 'POST', body: '{"id":{"S":"1"}}' });
  assert.deepEqual([status, text], [418, '{"__type":"Wrong"}']);
  const [request] = asked;
  assert.equal(request?.headers.get('x-amz-target'), 'DynamoDB_20120810.PutItem');
  assert.match(
    String(request?.headers.get('authorization')),
    /=000000000000\/\d{8}\/eu-west-1\/dynamodb\//,
  );
  const body = await request?.body.bytes(1_000);
  assert.deepEqual(JSON.parse(String(body)), { TableName: 't', Item: { id: { S: '1' } } });
});

test('services that Brume does not have are not pretended', async () => {
  const api = await restApi({ callService: async () => assert.fail('called') });
  await api.method('POST /', {
    type: 'AWS',
    integrationHttpMethod: 'POST',
    uri: 'arn:aws:apigateway:us-east-1:events:action/PutEvents',
  });
  await api.deploy();
  const { status, text } = await api.fetch({ path: '/', method: 'POST', body: '{}' });
  assert.equal(status, 501);
  assert.match(text, /no integrations of REST APIs with events/);
});

test('templates override the request and the response', async () => {
  const api = await restApi({ handler: (event) => event });
  await api.method(
    'GET /',
    {
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: FUNCTION_URI,
      requestTemplates: {
        [JSON_TYPE]:
          '#set($context.requestOverride.header.X-Amz-Invocation-Type = "RequestResponse"){"a": 1}' +
          '#set($context.responseOverride.header.From-Request = "yes")',
      },
    },
    {
      responses: [
        {
          statusCode: '200',
          responseTemplates: {
            [JSON_TYPE]: '#set($context.responseOverride.status = 444)$input.body',
          },
        },
      ],
    },
  );
  await api.deploy();
  const { status, headers, text } = await api.fetch({ path: '/' });
  assert.deepEqual([status, text, headers['From-Request']], [444, '{"a":1}', 'yes']);
});

test('a body without a template is passed through, or refused, as the integration says', async () => {
  const api = await restApi({ handler: (event) => event });
  const behaviors = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'];
  for (const passthroughBehavior of behaviors) {
    for (const [name, requestTemplates] of [
      ['with', { [JSON_TYPE]: '"template"' }],
      ['without', undefined],
    ] as const) {
      const integration = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI };
      await api.method(
        `POST /${passthroughBehavior}-${name}`,
        { ...integration, passthroughBehavior, requestTemplates },
        { responses: [{ statusCode: '200' }] },
      );
    }
  }
  await api.deploy();
  const ask = async (path: string, type: string) => {
    const headers = [['content-type', type]] as const;
    const { status, text } = await api.fetch({ path, method: 'POST', headers, body: '"body"' });
    return status === 200 ? text : status;
  };
  const all = await Promise.all(
    behaviors.flatMap((behavior) =>
      ['with', 'without'].map(async (name) => [
        await ask(`/${behavior}-${name}`, 'application/json; charset=utf-8'),
        await ask(`/${behavior}-${name}`, 'text/plain'),
      ]),
    ),
  );
  assert.deepEqual(all, [
    ['"template"', '"body"'],
    ['"body"', '"body"'],
    ['"template"', 415],
    ['"body"', '"body"'],
    ['"template"', 415],
    [415, 415],
  ]);
});

test('a template that cannot be rendered is the API’s fault, a body that is no JSON the client’s', async () => {
  const api = await restApi({ handler: (event) => event });
  const integration = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI };
  const templates = {
    broken: '#if(',
    json: '$input.json("$.a")',
    endless:
      '#foreach($a in [1..999])#foreach($b in [1..999])#foreach($c in [1..999])$a#end#end#end',
  };
  for (const [name, template] of Object.entries(templates)) {
    const requestTemplates = { [JSON_TYPE]: template };
    await api.method(
      `POST /${name}`,
      { ...integration, requestTemplates },
      { responses: [{ statusCode: '200' }] },
    );
  }
  await api.deploy();
  const ask = async (path: string) =>
    (await api.fetch({ path, method: 'POST', body: 'no json' })).status;
  assert.deepEqual(
    [await ask('/broken'), await ask('/json'), await ask('/endless')],
    [500, 400, 500],
  );
});
