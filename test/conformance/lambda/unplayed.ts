/** Recordings that no script plays, by file, and why; a pattern for each reason. */

type Reasons = readonly (readonly [pattern: RegExp, reason: string])[];

export const unplayed: Readonly<Record<string, Reasons>> = {
  'lambda.json': [
    [
      /^TestLambdaURL::test_(?:lambda_url_(?:invocation|echo|headers|form|persists|non_existing)|function_url_with)/,
      'requests to URLs: test/wire/lambda-urls.test.ts makes them',
    ],
    [/^TestLambdaMultiAccounts/, 'nothing is recorded but that it went well'],
    [
      /^TestLambda(?:BaseFeatures::test_large_payloads|BaseFeatures::test_lambda_large_response)/,
      'nothing is recorded but that it went well',
    ],
    [
      /^TestRequestIdHandling|test_invocation_with_(?:logs|qualifier)|test_lambda_with_context/,
      'lines of logs: invoke-python.test.ts and invoke-node.test.ts compare them',
    ],
    [/test_lambda_environment$/, 'recorded 2022, without members that have come since'],
    [/test_upload_lambda_from_s3/, 'there is no S3'],
    [
      /test_lambda_runtime_error|test_lambda_runtime_exit_segfault/,
      'stacks and crashes of the interpreter that AWS has: invoke-python.test.ts has ours',
    ],
    [
      /test_runtime_ulimits|test_lambda_init_environment/,
      'of the machine: limits and processes are those that there are',
    ],
    [/test_assume_role/, 'the role’s name is the recorder’s own'],
  ],
  'lambda_api.json': [
    [/test_function_name_and_qualifier_validation/, 'lambda-names.test.ts plays them'],
    [/^TestLambdaImages/, 'lambda-images-recorded.test.ts plays them, where images can be run'],
    [/s3_content|code_location_s3/, 'there is no S3'],
    [
      /^TestLambdaSnapStart.*\[(?:java|dotnet)/,
      'runtimes that are not on every machine; Python’s are played',
    ],
    [
      /test_oversized_request_create_lambda/,
      'a body of 70 MB: the limit is the pipeline’s, which all services share',
    ],
    [
      /^TestPartialARNMatching|test_add_lambda_permission_optional_fields/,
      'nothing is recorded but that it went well',
    ],
  ],
  'lambda_common.json': [
    [/test_echo_invoke/, 'nothing is recorded but that it went well'],
    [
      /\[provided/,
      'functions in Go and Rust: invoke-provided.test.ts has a custom runtime in shell do the same',
    ],
    [/\[(?:java|ruby|dotnet)/, 'runtimes that are not on every machine, or not there'],
  ],
  'lambda_destinations.json': [
    [/./, 'messages of a queue, which is not there; destinations.test.ts has the same records'],
  ],
  'lambda_integration_kinesis.json': [[/./, 'there is no Kinesis']],
  'lambda_integration_sqs.json': [
    [/./, 'there is no SQS: what is refused before it is asked is played'],
  ],
  'lambda_integration_xray.json': [[/./, 'nothing is recorded but that it went well']],
  'lambda_runtimes.json': [
    [/^TestJava/, 'Java is not there'],
    [/^Test(?:NodeJS|Python|GoProvided)/, 'as those of lambda_common.json'],
  ],
};
