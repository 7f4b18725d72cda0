import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../model/aws-error.ts';
import { apigateway } from '../model/generated/apigateway.ts';
import { dynamodb } from '../model/generated/dynamodb.ts';
import { logs } from '../model/generated/logs.ts';
import type { ServiceModel } from '../model/shapes.ts';
import { createProtocol } from './compile.ts';

function refusal(
  model: ServiceModel,
  name: string,
  body: string,
  code = 'SerializationException',
): string {
  const operation = model.operations[name];
  assert(operation);
  const match = { operation, labels: new Map(), streamsInput: false };
  const request = {
    method: 'POST',
    target: '/',
    headers: { get: () => undefined, raw: [] },
    body: { bytes: () => Promise.reject(new Error('read already')), stream: () => assert.fail() },
    remoteAddress: '',
    encrypted: false,
  };
  const protocol = createProtocol(model, model.metadata.protocol);
  try {
    protocol.decode(match, request, Buffer.from(body));
  } catch (error) {
    assert(error instanceof AwsError);
    assert.equal(error.code, code);
    return error.message;
  }
  return assert.fail('not refused');
}

const ATTRIBUTE_VALUE = 'com.amazonaws.dynamodb.v20120810.AttributeValue';
const PARAMETERIZED =
  "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')";

test('DynamoDB words mismatches as dynalite recorded them from AWS (2020)', () => {
  const cases: readonly (readonly [name: string, body: string, message: string])[] = [
    ['PutItem', '{"TableName":23}', 'NUMBER_VALUE cannot be converted to String'],
    ['PutItem', '{"TableName":34.56}', 'DECIMAL_VALUE cannot be converted to String'],
    ['PutItem', '{"TableName":true}', 'TRUE_VALUE cannot be converted to String'],
    ['PutItem', '{"TableName":[]}', 'Unrecognized collection type class java.lang.String'],
    ['PutItem', '{"TableName":{}}', 'Start of structure or map found where not expected'],
    ['Scan', '{"Limit":"23"}', 'STRING_VALUE cannot be converted to Integer'],
    ['Scan', '{"ConsistentRead":"23"}', 'Unexpected token received from parser'],
    ['Scan', '{"ConsistentRead":23}', 'NUMBER_VALUE cannot be converted to Boolean'],
    ['PutItem', '{"Item":"23"}', 'Unexpected field type'],
    [
      'PutItem',
      '{"Item":[]}',
      `Unrecognized collection type java.util.Map<java.lang.String, ${ATTRIBUTE_VALUE}>`,
    ],
    ['PutItem', '{"Item":{"a":"23"}}', 'Unexpected value type in payload'],
    ['PutItem', '{"Item":{"a":[]}}', `Unrecognized collection type class ${ATTRIBUTE_VALUE}`],
    ['PutItem', '{"Item":{"a":{"SS":"23"}}}', 'Unexpected field type'],
    ['PutItem', '{"Item":{"a":{"B":23}}}', 'only base-64-encoded strings are convertible to bytes'],
    [
      'PutItem',
      '{"Item":{"a":{"B":"23456"}}}',
      'Base64 encoded length is expected a multiple of 4 bytes but found: 5',
    ],
    ['PutItem', '{"Item":{"a":{"B":"=+/="}}}', 'Invalid last non-pad Base64 character dectected'],
    ['PutItem', '{"Item":{"a":{"B":"+/+="}}}', 'Invalid last non-pad Base64 character dectected'],
    ['BatchWriteItem', '{"RequestItems":{"a":"23"}}', PARAMETERIZED],
    ['PutItem', 'hi', ''],
    ['PutItem', '', ''],
    ['PutItem', 'null', ''],
  ];
  for (const [name, body, message] of cases) {
    assert.equal(refusal(dynamodb, name, body), message, body);
  }
});

test('DynamoDB refuses null for an attribute value as DynamoDB Local does (2026-11-22)', () => {
  const found = 'The supplied Item contains a null AttributeValue';
  const cases: readonly (readonly [name: string, body: string, message: string])[] = [
    ['PutItem', '{"Item":{"p":{"S":"1"},"a":null}}', `${found}: a is null`],
    ['PutItem', '{"Item":{"a":{"M":{"x":null}}}}', `${found}: x is null`],
    ['PutItem', '{"Item":{"a":{"L":[{"M":{"y":null}}]}}}', `${found}: y is null`],
    // So it is for the service too (aws-sdk-java issue 2103, 2019).
    ['PutItem', '{"Item":{"a":{"L":[null]}}}', found],
    ['GetItem', '{"Key":{"p":null}}', `${found}: p is null`],
    [
      'UpdateItem',
      '{"ExpressionAttributeValues":{":a":null}}',
      `ExpressionAttributeValues contains invalid value: ${found} for key :a`,
    ],
    ['Query', '{"KeyConditions":{"p":{"AttributeValueList":[null]}}}', found],
  ];
  for (const [name, body, message] of cases) {
    assert.equal(refusal(dynamodb, name, body, 'ValidationException'), message, body);
  }
  // These words are ours.
  const map = refusal(dynamodb, 'BatchGetItem', '{"RequestItems":{"t":null}}');
  assert.equal(map, 'A map must not contain null.');
  const list = refusal(dynamodb, 'BatchWriteItem', '{"RequestItems":{"t":[null]}}');
  assert.equal(list, 'A list must not contain null.');
});

test('other services word them as Athena was measured to (2026-09-23)', () => {
  const cases: readonly (readonly [name: string, body: string, message: string])[] = [
    ['DescribeLogGroups', '{"limit":"1"}', 'STRING_VALUE can not be converted to an Integer'],
    ['DescribeLogGroups', '{"limit":false}', 'FALSE_VALUE can not be converted to an Integer'],
    ['DescribeLogGroups', '{"limit":[1]}', 'Start of list found where not expected'],
    [
      'DescribeLogGroups',
      '{"limit":{"a":1}}',
      'Start of structure or map found where not expected.',
    ],
    ['DescribeLogGroups', '{"nextToken":1}', 'NUMBER_VALUE can not be converted to a String'],
    ['PutLogEvents', '{"logEvents":"x"}', 'Expected list or null'],
    ['PutLogEvents', '{"logEvents":{}}', 'Start of structure or map found where not expected.'],
    ['PutLogEvents', '{"logEvents":["x"]}', 'Expected null'],
    ['TagLogGroup', '{"tags":"x"}', 'Expected map or null'],
    ['DescribeLogGroups', '[]', 'Start of list found where not expected'],
  ];
  for (const [name, body, message] of cases) {
    assert.equal(refusal(logs, name, body), message, body);
  }
});

test('API Gateway words them by Java class (recorded 2025-06-18)', () => {
  const body = (value: string) => `{"responseTemplates":{"application/json":${value}}}`;
  assert.equal(
    refusal(apigateway, 'PutIntegrationResponse', body('true')),
    'class java.lang.Boolean can not be converted to an String',
  );
  assert.equal(
    refusal(apigateway, 'PutIntegrationResponse', body('123')),
    'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String',
  );
});
