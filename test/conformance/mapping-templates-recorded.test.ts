/** What AWS answered to templates, from its recorded answers; the templates are ours, made to ask the same. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { templateContext } from '../../packages/brume/src/services/execute-api/templates/scope.ts';
import { compileTemplate } from '../../packages/brume/src/services/execute-api/templates/template.ts';

const folder = path.join(import.meta.dirname, '../../../shared/recorded/apigateway');
const skip = existsSync(folder) ? false : '../shared/recorded is not there';

function recorded(file: string, name: string): unknown {
  const all = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<
    string,
    { 'recorded-content': unknown }
  >;
  return all[name]?.['recorded-content'];
}

const none = { parameters: { path: {}, querystring: {}, header: {} }, stageVariables: {} };

test('payloads go into templates as AWS has them', { skip }, () => {
  const answers = recorded(
    'apigateway_common.json',
    'TestApiGatewayCommon::test_input_body_formatting',
  ) as Record<string, Record<string, string>>;
  const templates = {
    'response-raw-body': '$input.body',
    'response-str-body-input': 'Action=SendMessage&MessageBody=$input.body',
    'response-url-encode':
      'EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.some)',
  };
  const bodies = {
    'empty-body': '',
    'json-body': '{"some": "value"}',
    'str-body': 'some raw data',
  };
  for (const [name, template] of Object.entries(templates)) {
    for (const [kind, body] of Object.entries(bodies)) {
      const out = compileTemplate(template)({ ...none, body, context: templateContext({}) });
      assert.equal(`b'${out}'`, answers[name]?.[kind], `${name} ${kind}`);
    }
  }
});

test('$context can be gone through, with all that has no value', { skip }, () => {
  const { 'sqs-messages': messages } = recorded(
    'apigateway_sqs.json',
    'test_sqs_amz_json_protocol',
  ) as { 'sqs-messages': { Body: Record<string, Record<string, string>> }[] };
  const body = messages[0]?.Body ?? {};
  const nulls = (values: Record<string, string> = {}): Record<string, string | null> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value || null]));
  const context = templateContext({ ...body['context'], identity: nulls(body['identity']) });
  const members = (map: string): string => `{#foreach($k in ${map}.keySet())
"$k": "$util.escapeJavaScript(${map}.get($k)).replaceAll("\\\\/", "/")"#if($foreach.hasNext),#end
#end}`;
  const template = `{"context": ${members('$context')},
"identity": ${members('$context.identity')},
"requestOverride": ${members('$context.requestOverride')},
"responseOverride": ${members('$context.responseOverride')},
"authorizer_keys": ${members('$context.authorizer')}}`;
  const out = compileTemplate(template)({ ...none, body: '', context });
  // As text, for the order of members counts.
  assert.equal(JSON.stringify(JSON.parse(out)), JSON.stringify(body));
});
