import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apigateway } from '../model/generated/apigateway.ts';
import { lambda } from '../model/generated/lambda.ts';
import { logs } from '../model/generated/logs.ts';
import { sts } from '../model/generated/sts.ts';
import type { ServiceModel } from '../model/shapes.ts';
import { ShapeTable } from './shape-table.ts';
import { validationError } from './validation-message.ts';
import { validatorCompiler } from './validation.ts';

function refusal(model: ServiceModel, name: string, input: unknown) {
  const operation = model.operations[name];
  assert(operation);
  const match = { operation, labels: new Map(), streamsInput: false };
  const violations = validatorCompiler(new ShapeTable(model))(match, input);
  return validationError(model, operation, violations);
}

/** Answers of AWS as recorded by LocalStack's snapshot tests (2024–2025), but for the patterns. */
const RECORDED: readonly (readonly [ServiceModel, string, unknown, string])[] = [
  [
    lambda,
    'UpdateFunctionConfiguration',
    { FunctionName: 'f', SnapStart: { ApplyOn: 'invalidOption' } },
    "1 validation error detected: Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
  ],
  [
    lambda,
    'UpdateFunctionCode',
    { FunctionName: 'f', Architectures: ['X86_64'] },
    "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
  ],
  [
    lambda,
    'UpdateFunctionCode',
    { FunctionName: 'f', Architectures: ['x86_64', 'arm64'] },
    "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
  ],
  [
    lambda,
    'UpdateAlias',
    {
      FunctionName: 'f',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 2 } },
    },
    "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
  ],
  [
    lambda,
    'UpdateAlias',
    {
      FunctionName: 'f',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { $LATEST: 0.5 } },
    },
    "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
  ],
  [
    apigateway,
    'UpdateMethodResponse',
    {
      restApiId: 'a',
      resourceId: 'b',
      httpMethod: 'GET',
      statusCode: '200',
      patchOperations: [{ op: 'wrong_op' }, { op: 'add' }, { op: 'wrong_op' }],
    },
    "2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.3.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
  ],
  [
    apigateway,
    'CreateRestApi',
    { name: 'a', endpointConfiguration: { types: ['wrong'], ipAddressType: 'wrong' } },
    "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]",
  ],
  [
    apigateway,
    'UntagResource',
    { resourceArn: 'a' },
    "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
  ],
  [
    logs,
    'PutMetricFilter',
    {
      logGroupName: 'g',
      filterName: 'f',
      filterPattern: '',
      metricTransformations: ['1', '2'].map((suffix) => ({
        metricName: `metric${suffix}`,
        metricNamespace: `namespace${suffix}`,
        metricValue: '1',
      })),
    },
    "1 validation error detected: Value '[MetricTransformation(metricName=metric1, metricNamespace=namespace1, metricValue=1, defaultValue=null, unit=null, dimensions=null), MetricTransformation(metricName=metric2, metricNamespace=namespace2, metricValue=1, defaultValue=null, unit=null, dimensions=null)]' at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1",
  ],
];

for (const [model, operation, input, message] of RECORDED) {
  test(`${operation}: ${message.slice(0, 90)}…`, () => {
    // AWS's order of a structure's members in text is not the model's.
    const { message: ours } = refusal(model, operation, input);
    assert.equal(members(ours), members(message));
  });
}

/** Members inside of printed structures in one order: AWS's is not the model's. */
function members(text: string): string {
  return text.replaceAll(/\(([^()]*)\)/g, (_, inner: string) => inner.split(', ').sort().join());
}

test('each service names the error as its kind does', () => {
  assert.equal(refusal(lambda, 'GetFunction', {}).code, 'ValidationException');
  assert.equal(refusal(logs, 'PutMetricFilter', {}).code, 'InvalidParameterException');
  assert.equal(refusal(sts, 'AssumeRole', {}).code, 'ValidationError');
});

test('a sensitive value is not repeated', () => {
  const { message } = refusal(lambda, 'UpdateFunctionConfiguration', {
    FunctionName: 'f',
    Environment: { Variables: { '1': 'secret' } },
  });
  assert.match(message, /Value at 'environment\.variables' failed/);
  assert(!message.includes('secret'));
});

test('a hostile list makes no endless message', () => {
  const patchOperations = Array.from({ length: 100_000 }, () => ({ op: 'wrong' }));
  const { message } = refusal(apigateway, 'UpdateAccount', { patchOperations });
  assert.match(message, /^100 validation errors detected: /);
});
