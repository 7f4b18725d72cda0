/** Recordings that no script plays, by file, and why; a pattern for each reason. */

type Reasons = readonly (readonly [pattern: RegExp, reason: string])[];

export const unplayed: Readonly<Record<string, Reasons>> = {
  'lambda.json': [
    [
      /^TestLambdaURL::test_lambda_url_(?:headers_and_status|invocation_custom|non_existing)/,
      'nothing is recorded but that it went well',
    ],
    [/^TestLambdaMultiAccounts/, 'nothing is recorded but that it went well'],
    [
      /^TestLambda(?:BaseFeatures::test_large_payloads|BaseFeatures::test_lambda_large_response)/,
      'nothing is recorded but that it went well',
    ],
    [/^TestRequestIdHandling::test_request_id_format/, 'nothing is recorded but that it went well'],
    [/test_upload_lambda_from_s3/, 'there is no S3'],
    [
      /test_lambda_runtime_exit_segfault/,
      'a crash that AWS sees as a timeout; Brume tells it at once',
    ],
    [/test_runtime_ulimits/, 'of the machine: its limits are those that there are'],
    [/test_assume_role/, 'the role’s name is the recorder’s own'],
  ],
  'lambda_api.json': [
    [/test_function_name_and_qualifier_validation/, 'lambda-names.test.ts plays them'],
    [/^TestLambdaImages/, 'lambda-images-recorded.test.ts plays them, where images can be run'],
    [/s3_content|code_location_s3/, 'there is no S3'],
    [/^TestLambdaSnapStart.*\[dotnet/, '.NET is not there'],
    [
      /^TestPartialARNMatching|test_add_lambda_permission_optional_fields/,
      'nothing is recorded but that it went well',
    ],
  ],
  'lambda_common.json': [
    [/test_echo_invoke|^TestLambdaCallingLocalstack/, 'nothing is recorded but that it went well'],
    [
      /(?:introspection|exception)_invoke\[provided/,
      'functions in Go and Rust: invoke-provided.test.ts has a custom runtime in shell do the same',
    ],
    [
      /(?:introspection|exception|wrapper)_invoke\[(?:java|ruby)/,
      'lambda-languages-recorded.test.ts plays them, where the machine has the language',
    ],
    [/(?:introspection|exception|wrapper)_invoke\[dotnet/, '.NET is not there'],
  ],
  'lambda_integration_kinesis.json': [[/./, 'there is no Kinesis']],
  'lambda_integration_sqs.json': [
    [/./, 'there is no SQS: what is refused before it is asked is played'],
  ],
  'lambda_integration_xray.json': [[/./, 'nothing is recorded but that it went well']],
  'lambda_runtimes.json': [
    [
      /^TestJavaRuntimes::test_(?:stream|serializable|java_custom)/,
      'lambda-languages-recorded.test.ts plays them, where there is Java',
    ],
    [/test_java_lambda_subscribe_sns_topic/, 'there is no SNS'],
    [/^TestPython|test_manual_endpoint/, 'nothing is recorded but that it went well'],
    [/^TestGoProvidedRuntimes::test_uncaught/, 'as those of lambda_common.json'],
  ],
};
