/**
 * DynamoDB's bulk operations and the dissociation of replicas, which are newer than the model: taken
 * from the runtime schemas of @aws-sdk/client-dynamodb 3.1164.0 (2026-11). The schemas know no lengths,
 * ranges or patterns, so the shapes that older operations share lend theirs.
 */
import type { OperationModel, Shape, ShapeReference } from './shapes.ts';

const ERRORS: Readonly<Record<string, readonly string[]>> = {
  CancelBulkOperation: ['InvalidEndpointException', 'ResourceNotFoundException'],
  DescribeBulkOperation: ['InvalidEndpointException', 'ResourceNotFoundException'],
  ListBulkOperations: ['InvalidEndpointException'],
  StartBulkPutItems: [
    'IdempotentParameterMismatchException',
    'InvalidEndpointException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
};

const operation = (name: string): OperationModel => ({
  name,
  http: { method: 'POST', requestUri: '/' },
  input: { shape: `${name}Input` },
  output: { shape: `${name}Output` },
  errors: ERRORS[name]?.map((shape) => ({ shape })) ?? [],
});

/** A structure from `Member: 'Shape'`; members whose name ends in `!` are required. */
function structure(members: Readonly<Record<string, string | ShapeReference>>): Shape {
  const entries = Object.entries(members).map(([name, reference]) => {
    const plain = typeof reference === 'string' ? { shape: reference } : reference;
    return [name.replace('!', ''), plain] as const;
  });
  const required = Object.keys(members)
    .filter((name) => name.endsWith('!'))
    .map((name) => name.slice(0, -1));
  return {
    type: 'structure',
    ...(required.length > 0 && { required }),
    members: Object.fromEntries(entries),
  };
}

const list = (shape: string): Shape => ({ type: 'list', member: { shape } });
const enumeration = (...values: string[]): Shape => ({ type: 'string', enum: values });
const bytesByIndex = (shape: string): Shape => ({
  type: 'map',
  key: { shape: 'IndexName' },
  value: { shape },
});

export const bulkOperations: Readonly<Record<string, OperationModel>> = Object.fromEntries(
  Object.keys(ERRORS).map((name) => [name, operation(name)]),
);

export const bulkShapes: Readonly<Record<string, Partial<Shape>>> = {
  BulkOperationArn: { type: 'string' },
  BulkOperationInputFormat: enumeration('DYNAMODB_JSON', 'ION'),
  BulkOperationPerformanceTier: enumeration('STANDARD', 'ACCELERATED'),
  BulkOperationStatus: enumeration(
    'IN_PROGRESS',
    'COMPLETED',
    'COMPLETED_WITH_ERRORS',
    'CANCELLING',
    'CANCELLED',
    'FAILED',
  ),
  BulkOperationOutputType: enumeration('CONDITION_CHECK_FAILURE', 'ERROR'),
  BulkOperationOutputTypes: list('BulkOperationOutputType'),
  BulkOperationTableDetail: structure({ TableName: 'TableName', TableId: 'TableId' }),
  BulkOperationTableDetails: list('BulkOperationTableDetail'),
  BulkOperationBytes: structure({ BulkPutBytes: 'LongObject' }),
  BulkOperationVectorBytes: structure({ BulkPutVectorBytes: 'LongObject' }),
  SecondaryIndexesBulkBytesMap: bytesByIndex('BulkOperationBytes'),
  VectorIndexesBulkVectorBytesMap: bytesByIndex('BulkOperationVectorBytes'),
  BulkOperationUsage: structure({
    TableName: 'TableName',
    BulkPutBytes: 'LongObject',
    Table: 'BulkOperationBytes',
    LocalSecondaryIndexes: 'SecondaryIndexesBulkBytesMap',
    GlobalSecondaryIndexes: 'SecondaryIndexesBulkBytesMap',
    VectorIndexes: 'VectorIndexesBulkVectorBytesMap',
  }),
  BulkOperationUsageMultiple: list('BulkOperationUsage'),
  InputS3Configuration: structure({
    'S3Bucket!': 'S3Bucket',
    'InputFormat!': 'BulkOperationInputFormat',
    S3BucketOwner: 'S3BucketOwner',
    S3KeyPrefix: 'S3Prefix',
    InputCompressionType: 'InputCompressionType',
  }),
  OutputS3Configuration: structure({
    'OutputType!': 'BulkOperationOutputTypes',
    S3BucketOwner: 'S3BucketOwner',
    S3Bucket: 'S3Bucket',
    S3KeyPrefix: 'S3Prefix',
    S3SseAlgorithm: 'S3SseAlgorithm',
    S3SseKmsKeyId: 'S3SseKmsKeyId',
  }),
  BulkOperationDescription: structure({
    BulkOperationArn: 'BulkOperationArn',
    BulkOperationStatus: 'BulkOperationStatus',
    TableDetails: 'BulkOperationTableDetails',
    ClientToken: 'ClientToken',
    InputS3Configuration: 'InputS3Configuration',
    OutputS3Configuration: 'OutputS3Configuration',
    StartTime: 'Date',
    EndTime: 'Date',
    ProcessedItemCount: 'LongObject',
    ProcessedInputBytes: 'LongObject',
    TotalInputBytes: 'LongObject',
    BulkOperationUsage: 'BulkOperationUsageMultiple',
    FailedItemCount: 'LongObject',
    FailureCode: 'FailureCode',
    FailureMessage: 'FailureMessage',
    MaxWriteRequestUnits: 'LongObject',
    PerformanceTier: 'BulkOperationPerformanceTier',
  }),
  BulkOperationSummary: structure({
    'BulkOperationArn!': 'BulkOperationArn',
    'BulkOperationStatus!': 'BulkOperationStatus',
    'StartTime!': 'Date',
    EndTime: 'Date',
  }),
  BulkOperationsSummaryList: list('BulkOperationSummary'),
  CancelBulkOperationInput: structure({ 'BulkOperationArn!': 'BulkOperationArn' }),
  CancelBulkOperationOutput: structure({
    'BulkOperationArn!': 'BulkOperationArn',
    'BulkOperationStatus!': 'BulkOperationStatus',
  }),
  DescribeBulkOperationInput: structure({ 'BulkOperationArn!': 'BulkOperationArn' }),
  DescribeBulkOperationOutput: structure({
    'BulkOperationDescription!': 'BulkOperationDescription',
  }),
  ListBulkOperationsInput: structure({
    MaxResults: 'PositiveIntegerObject',
    NextToken: 'NextTokenString',
  }),
  ListBulkOperationsOutput: structure({
    BulkOperationsSummaryList: 'BulkOperationsSummaryList',
    NextToken: 'NextTokenString',
  }),
  StartBulkPutItemsInput: structure({
    'InputS3Configuration!': 'InputS3Configuration',
    'OutputS3Configuration!': 'OutputS3Configuration',
    'TableName!': 'TableArn',
    ClientToken: { shape: 'ClientToken', idempotencyToken: true },
    MaxWriteRequestUnits: 'LongObject',
    PerformanceTier: 'BulkOperationPerformanceTier',
  }),
  StartBulkPutItemsOutput: structure({
    'BulkOperationDescription!': 'BulkOperationDescription',
  }),
  DisassociationMode: enumeration('WAIT_FOR_REPLICATION'),
  DisassociateReplicationGroupMemberAction: structure({
    'RegionName!': 'RegionName',
    'DisassociationMode!': 'DisassociationMode',
  }),
  ReplicationGroupUpdate: {
    members: { Disassociate: { shape: 'DisassociateReplicationGroupMemberAction' } },
  },
  UpdateTableInput: { members: { DisassociationProtectionEnabled: { shape: 'BooleanObject' } } },
  TableDescription: { members: { DisassociationProtectionEnabled: { shape: 'BooleanObject' } } },
  InvalidEndpointException: {
    type: 'structure',
    members: { Message: { shape: 'String' } },
    error: { httpStatusCode: 421 },
    exception: true,
  },
};
