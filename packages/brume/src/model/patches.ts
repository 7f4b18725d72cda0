/**
 * Corrections and additions to the service models, applied when `generated/` is made. Each says what
 * is newer or wrong in the model, the evidence and its date.
 */
import { bulkOperations, bulkShapes } from './dynamodb-bulk-operations.ts';
import type { OperationModel, ServiceMetadata, Shape } from './shapes.ts';

export interface ModelPatch {
  /** Merged over the model's metadata. */
  readonly metadata?: Partial<ServiceMetadata>;
  /** Added to the model's operations, or put in their place. */
  readonly operations?: Readonly<Record<string, OperationModel>>;
  /** Added to the model's shapes; fields and members are merged over those that exist. */
  readonly shapes?: Readonly<Record<string, Partial<Shape>>>;
}

/** How DynamoDB and its streams differ on the wire from other JSON services (recorded by dynalite). */
const DYNAMODB_WIRE: Partial<ServiceMetadata> = {
  errorNamespace: 'com.amazonaws.dynamodb.v20120810',
  serializationWording: 'dynamodb',
  crc32: true,
};

const TEMPLATES = { shape: 'MapOfTemplates' } as const;

/** Patches by the name of the service's model file. */
export const patches: Readonly<Record<string, ModelPatch>> = {
  apigateway: {
    // Recorded 2025-06-18: see `protocol/serialization-error.ts`.
    metadata: { serializationWording: 'coral-java' },
    shapes: {
      // Recorded 2026-02: a template may be null, and is answered as null (also where it was empty).
      MapOfTemplates: {
        ...{ type: 'map', sparse: true },
        ...{ key: { shape: 'String' }, value: { shape: 'String' } },
      },
      PutIntegrationRequest: { members: { requestTemplates: TEMPLATES } },
      PutIntegrationResponseRequest: { members: { responseTemplates: TEMPLATES } },
      Integration: { members: { requestTemplates: TEMPLATES } },
      IntegrationResponse: { members: { responseTemplates: TEMPLATES } },
    },
  },
  dynamodb: {
    metadata: DYNAMODB_WIRE,
    operations: bulkOperations,
    shapes: {
      ...bulkShapes,
      // Items are stored and answered in wire form: see `Shape.base64Text`.
      BinaryAttributeValue: { base64Text: true },
    },
  },
  dynamodbstreams: {
    metadata: DYNAMODB_WIRE,
    shapes: {
      BinaryAttributeValue: { base64Text: true },
    },
  },
  // Newer than the model: @aws-sdk/client-lambda 3.1164.0 (2026-11).
  lambda: {
    shapes: {
      ChainedInvokeOptions: { members: { XAmznTraceId: { shape: 'String' } } },
      SelfManagedKafkaEventSourceConfig: { members: { ConsumptionMode: { shape: 'String' } } },
    },
  },
  // Newer than the model: @aws-sdk/client-cloudwatch-logs 3.1169.0 (2026-11).
  logs: {
    shapes: {
      DeleteAccountPolicyRequest: { members: { dryRun: { shape: 'Boolean' } } },
      DescribeDeliveriesRequest: { members: { deliverySourceNames: { shape: 'Names' } } },
      DescribeDeliveryDestinationsRequest: { members: { names: { shape: 'Names' } } },
      DescribeDeliverySourcesRequest: { members: { resourceArns: { shape: 'Names' } } },
      LogGroup: { members: { retentionPolicyName: { shape: 'PolicyName' } } },
      Names: { type: 'list', member: { shape: 'Name' } },
      Name: { type: 'string' },
      PutAccountPolicyRequest: { members: { dryRun: { shape: 'Boolean' } } },
      PutAccountPolicyResponse: { members: { dryRunResult: { shape: 'DryRunResult' } } },
      DryRunResult: {
        type: 'structure',
        members: {
          totalMatchedLogGroups: { shape: 'Count' },
          increasedRetentionLogGroupCount: { shape: 'Count' },
          decreasedRetentionLogGroupCount: { shape: 'Count' },
          unchangedRetentionLogGroupCount: { shape: 'Count' },
          failedAnalysisCount: { shape: 'Count' },
          topLogGroupsImpacted: { shape: 'LogGroupImpacts' },
        },
      },
      LogGroupImpacts: { type: 'list', member: { shape: 'LogGroupImpact' } },
      LogGroupImpact: {
        type: 'structure',
        members: {
          logGroupName: { shape: 'LogGroupName' },
          currentRetention: { shape: 'Name' },
          proposedRetention: { shape: 'Name' },
          storedBytes: { shape: 'StoredBytes' },
        },
      },
    },
  },
};
