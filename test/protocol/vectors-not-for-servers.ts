/** Vectors that say nothing about a server, and why. */
const GROUPS: readonly (readonly [reason: string, ids: readonly string[]])[] = [
  [
    'a form of answer that clients must bear and AWS servers of this kind do not send',
    [
      'AwsJson10DeserializeAllowNulls',
      'AwsJson10DeserializeIgnoreType',
      'AwsJson10HandlesUnexpectedJsonOutput',
      'AwsJson11DateTimeWithNegativeOffset',
      'AwsJson11DateTimeWithPositiveOffset',
      'AwsJson11DeserializeIgnoreType',
      'AwsJson11StructuresDontDeserializeNullValues',
      'handles_unexpected_json_output',
      'AwsQueryDateTimeWithNegativeOffset',
      'AwsQueryDateTimeWithPositiveOffset',
      'RestJsonDateTimeWithNegativeOffset',
      'RestJsonDateTimeWithPositiveOffset',
      'RestJsonDeserializeIgnoreType',
      'RestJsonDeserializesDenseSetMapAndSkipsNull',
      'RestJsonDoesntDeserializeNullStructureValues',
      'RestXmlDateTimeWithNegativeOffset',
      'RestXmlDateTimeWithPositiveOffset',
      'NoOutputClientAllowsEmptyBody',
      'NoOutputClientAllowsEmptyCbor',
      'RpcV2CborClientDoesntDeserializeNullStructureValues',
      'RpcV2CborDeserializesDenseSetMapAndSkipsNull',
      'RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients',
    ],
  ],
  [
    'an old spelling of an error that clients must bear; ours has its code where the protocol says',
    ['AwsJson10', 'AwsJson11', 'RestJson'].flatMap((suite) =>
      [
        'FooErrorUsingXAmznErrorType',
        'FooErrorUsingXAmznErrorTypeWithUri',
        'FooErrorUsingXAmznErrorTypeWithUriAndNamespace',
        'FooErrorUsingCode',
        'FooErrorUsingCodeAndNamespace',
        'FooErrorUsingCodeUriAndNamespace',
      ]
        .map((name) => suite + name)
        .filter((id) => id !== 'RestJsonFooErrorUsingXAmznErrorType'),
    ),
  ],
  [
    'compression is undone before a protocol sees the body, which the vector leaves out',
    [
      'SDKAppliedContentEncoding_awsJson1_0',
      'SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0',
      'SDKAppliedContentEncoding_awsJson1_1',
      'SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1',
      'SDKAppliedContentEncoding_awsQuery',
      'SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery',
      'SDKAppliedContentEncoding_restJson1',
      'SDKAppendedGzipAfterProvidedEncoding_restJson1',
      'SDKAppliedContentEncoding_restXml',
      'SDKAppendedGzipAfterProvidedEncoding_restXml',
    ],
  ],
  [
    'the client makes up the token: its parameters do not have it',
    [
      'QueryProtocolIdempotencyTokenAutoFill',
      'RestJsonQueryIdempotencyTokenAutoFill',
      'QueryIdempotencyTokenAutoFill',
    ],
  ],
  ["a path before the endpoint is the client's affair", ['RestJsonHostWithPath']],
  [
    'an empty list or map sends nothing, so the server cannot know of it',
    [
      'RestJsonOmitsEmptyListQueryValues',
      'RestJsonHttpPrefixHeadersAreNotPresent',
      'HttpPrefixHeadersAreNotPresent',
      'QueryEmptyQueryMaps',
    ],
  ],
  [
    'a client sends `{}` for a payload that is not there, which a server reads as an empty one',
    ['RestJsonHttpWithEmptyStructurePayload', 'RestJsonHttpWithHeadersButNoPayload'],
  ],
  [
    'a parameter given twice is sent once: what is read differs from what was meant',
    ['RestJsonQueryPrecedence', 'RestXmlQueryPrecedence'],
  ],
  [
    'the client puts what other members are bound to into the map of all parameters as well',
    [
      'RestJsonAllQueryStringTypes',
      'RestJsonQueryStringMap',
      'RestXmlQueryStringMap',
      'RestJsonQueryStringEscaping',
      'RestJsonSupportsInfinityFloatQueryValues',
      'RestJsonSupportsNaNFloatQueryValues',
      'RestJsonSupportsNegativeInfinityFloatQueryValues',
      'RestJsonZeroAndFalseQueryValues',
    ],
  ],
  ["the body that the vector gives is another vector's", ['RpcV2CborPayloadWithUnsetUnion']],
  [
    'the answer has members that the model and the expected error lack',
    ['InvalidGreetingError', 'ComplexError'],
  ],
];

export const notForServers: ReadonlyMap<string, string> = new Map(
  GROUPS.flatMap(([reason, ids]) => ids.map((id) => [id, reason] as const)),
);
