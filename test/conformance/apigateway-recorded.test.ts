/**
 * REST APIs against what AWS answered (recorded 2023 to 2026 by LocalStack's tests): statuses, members,
 * texts of errors. What is not held against Brume is listed below, with the reason.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { imports } from './apigateway/imports.ts';
import { integrations, methods } from './apigateway/methods.ts';
import { keys, parts, responses } from './apigateway/parts.ts';
import { recordingsOf, Session, skip } from './apigateway/recording.ts';
import type { Scenario, Scenarios } from './apigateway/recording.ts';
import { restApis } from './apigateway/rest-apis.ts';
import { served } from './apigateway/served/served.ts';
import { canaries, stages } from './apigateway/stages.ts';

const all: Scenarios = {
  ...restApis,
  ...methods,
  ...integrations,
  ...parts,
  ...responses,
  ...keys,
  ...imports,
};
/** Two recordings have one name in two files: those of canaries go by theirs. */
const FILES: Readonly<Record<string, Scenarios>> = {
  api: { ...all, ...stages },
  basic: { ...all, ...stages },
  canary: canaries,
  common: { ...all, ...stages },
  dynamodb: all,
  extended: all,
  http: all,
  import: all,
  integrations: all,
  kinesis: all,
  lambda: all,
  lambda_cfn: all,
  s3: all,
  sqs: all,
  ssm: all,
  stepfunctions: all,
};

const SERVICE = 'is about what a service that Brume does not have answers';
/** Recordings that are not played, by what their names begin with, and why. */
const NOT_PLAYED: readonly (readonly [RegExp, string])[] = [
  [/^test_apigateway_to_kinesis|^test_apigateway_s3_any|^test_sqs_aws_integration$/, SERVICE],
  [/^test_ssm_|^test_get_parameter_query|^test_apigateway_with_step_function/, SERVICE],
  [/^test_scenario_validate_infra/, 'was deployed by CloudFormation'],
  [
    /^test_put_integration_response_templates/,
    'has null in maps, which this SDK leaves out: it is played in test/wire/apigateway-files.test.ts',
  ],
];

/** Parts of recordings that are played, and are not comparable. */
const NOT_COMPARED: readonly string[] = [
  // No answer of AWS: the recorder wrote an id down by itself.
  'api-id',
  // EC2's, of the endpoint that a private API is behind.
  'endpoint-details',
];

for (const [file, scenarios] of Object.entries(FILES)) {
  for (const [name, recording] of recordingsOf(file)) {
    // Of deployed APIs: see rest-api-recorded.test.ts.
    if (Object.hasOwn(served, name)) continue;
    const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
    if (scenario) play(file, name, scenario, recording);
    else {
      test(`${file}: ${name} is not played, and the reason is known`, (t) => {
        const reason = NOT_PLAYED.find(([pattern]) => pattern.test(name))?.[1];
        assert(reason, 'neither played nor listed');
        t.skip(reason);
      });
    }
  }
}

function play(file: string, name: string, scenario: Scenario, recording: object) {
  test(`${file}: ${name}`, { skip }, async (t) => {
    const brume = await createBrume({ memory: true });
    t.after(() => brume.close());
    const client = new APIGatewayClient({
      region: 'us-east-1',
      credentials: brume.root,
      requestHandler: brume.requestHandler,
      maxAttempts: 1,
    });
    const session = new Session(client, recording as Record<string, unknown>);
    await scenario(session);
    assert.deepEqual(
      session.unseen().filter((part) => !NOT_COMPARED.includes(part)),
      [],
      'recorded and not compared',
    );
  });
}
