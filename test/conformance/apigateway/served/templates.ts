/** Recorded tests of what templates make of requests; a function stands for the services behind the APIs. */
import assert from 'node:assert/strict';
import { FUNCTION_URI, restApi } from '../../../support/rest-api.ts';
import type { Answer } from '../recording.ts';
import { alike, JSON_TYPE } from './scenario.ts';
import type { Served, ServedScenarios } from './scenario.ts';

/** An API before a service that answers with what it was asked. */
function echoing() {
  return restApi({
    lambda: {
      invokeStreamed: () => assert.fail('streamed'),
      async invoke({ payload }) {
        const answered = { statusCode: 200, executedVersion: '1', logTail: '' };
        return { ...answered, payload, functionError: undefined };
      },
    },
  });
}

const LAMBDA = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI };

const BODIES = { 'empty-body': '', 'json-body': '{"some": "value"}', 'str-body': 'some raw data' };
const MESSAGE = 'Action=SendMessage&MessageBody=';
const PLAIN = '$input.body';
const FORMATS: Readonly<Record<string, readonly [request: string, response: string]>> = {
  'response-raw-body': [PLAIN, PLAIN],
  'response-str-body-input': [MESSAGE + PLAIN, PLAIN],
  'response-str-body-output': [PLAIN, MESSAGE + PLAIN],
  'response-str-body-all': [MESSAGE + PLAIN, MESSAGE + PLAIN],
  // No body is an empty event, which the service then answers with.
  'response-body-attr-access': ['$input.body.testAccess', PLAIN],
  'response-url-encode': [
    'EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.testAccess)',
    PLAIN,
  ],
};

/** All keys of a map with their values, as members of a JSON object. */
const keysOf = (map: string) =>
  `{#foreach($key in ${map}.keySet())"$key": "$util.escapeJavaScript(${map}.get($key))"#if($foreach.hasNext),#end#end}`;
const MAPS = {
  context: '$context',
  identity: '$context.identity',
  requestOverride: '$context.requestOverride',
  responseOverride: '$context.responseOverride',
  authorizer_keys: '$context.authorizer',
};

/** What SQS is told of a message's attributes, in the form of its older protocol. */
const message =
  (name: string): Served =>
  async (recorded) => {
    const attribute = `&${name}.1.Name=user-agent&${name}.1.Value.DataType=String&${name}.1.Value.StringValue`;
    const api = await echoing();
    const requestTemplates = {
      [JSON_TYPE]: `${MESSAGE}$util.urlEncode($input.body)${attribute}=$input.params('User-Agent')`,
    };
    const responses = [{ statusCode: '200' }];
    await api.method('POST /', { ...LAMBDA, requestTemplates }, { responses });
    await api.deploy();
    const headers = [['User-Agent', 'BAR-Header']] as const;
    const { text } = await api.fetch({
      path: '/',
      method: 'POST',
      headers,
      body: '{"foo": "bar"}',
    });
    const sent = new URLSearchParams(text);
    const StringValue = sent.get(`${name}.1.Value.StringValue`);
    assert.deepEqual(JSON.parse(sent.get('MessageBody') ?? ''), recorded['sqs-message-body']);
    assert.deepEqual(
      { 'user-agent': { DataType: 'String', StringValue } },
      recorded['sqs-message-attributes'],
    );
  };

export const templates: ServedScenarios = {
  async test_input_body_formatting(recorded) {
    const api = await echoing();
    for (const [name, [request, response]] of Object.entries(FORMATS)) {
      await api.method(
        `POST /${name}`,
        { ...LAMBDA, requestTemplates: { [JSON_TYPE]: request } },
        { responses: [{ statusCode: '200', responseTemplates: { [JSON_TYPE]: response } }] },
      );
    }
    await api.deploy();
    for (const name of Object.keys(FORMATS)) {
      for (const [kind, body] of Object.entries(BODIES)) {
        const { text } = await api.fetch({ path: `/${name}`, method: 'POST', body });
        assert.equal(`b'${text}'`, recorded[name][kind], `${name} ${kind}`);
      }
    }
  },

  'test_sqs_aws_integration_with_message_attribute[MessageAttribute]': message('MessageAttribute'),
  'test_sqs_aws_integration_with_message_attribute[MessageAttributes]':
    message('MessageAttributes'),

  async test_sqs_request_and_response_xml_templates_integration(recorded) {
    // What SQS answers in its older protocol, as JSON.
    const answered = {
      SendMessageResponse: {
        ResponseMetadata: { RequestId: '1' },
        SendMessageResult: { MessageId: '2' },
      },
    };
    const api = await restApi({ handler: () => answered });
    const template =
      '#set($sent = $input.path("$.SendMessageResponse"))' +
      '{"requestId": "$sent.ResponseMetadata.RequestId", "messageId": "$sent.SendMessageResult.MessageId"}';
    const responses = [{ statusCode: '200', responseTemplates: { [JSON_TYPE]: template } }];
    await api.method('POST /', LAMBDA, { responses });
    await api.deploy();
    const { text } = await api.fetch({ path: '/', method: 'POST', body: '{}' });
    alike(recorded['sqs-json-response'], JSON.parse(text) as object);
  },

  async test_sqs_amz_json_protocol(recorded) {
    const api = await echoing();
    const members = Object.entries(MAPS).map(([name, map]) => `"${name}": ${keysOf(map)}`);
    const requestTemplates = { [JSON_TYPE]: `{${members.join()}}` };
    const responses = [{ statusCode: '200' }];
    await api.method('POST /sqs', { ...LAMBDA, requestTemplates }, { responses });
    await api.deploy({ stageName: 'testing' });
    const { text } = await api.fetchAt({
      ...{ host: `${api.apiId}.execute-api.localhost`, path: '/testing/sqs', method: 'POST' },
      headers: [['User-Agent', 'python/requests/tests']],
      body: '{}',
    });
    const expected: Answer = recorded['sqs-messages'][0].Body;
    const told: Answer = JSON.parse(text);
    expected.context.requestTimeEpoch = told.context.requestTimeEpoch;
    alike(expected, told);
  },
};
