/**
 * Corrections and additions to the service models, applied when `generated/` is made. Each says what
 * is newer or wrong in the model, the evidence and its date.
 */
import type { OperationModel, ServiceMetadata, Shape } from './shapes.ts';

export interface ModelPatch {
  /** Merged over the model's metadata. */
  readonly metadata?: Partial<ServiceMetadata>;
  /** Added to the model's operations, or put in their place. */
  readonly operations?: Readonly<Record<string, OperationModel>>;
  /** Added to the model's shapes, or merged over the fields of those that exist. */
  readonly shapes?: Readonly<Record<string, Partial<Shape>>>;
}

/** How DynamoDB and its streams differ on the wire from other JSON services (recorded by dynalite). */
const DYNAMODB_WIRE: Partial<ServiceMetadata> = {
  errorNamespace: 'com.amazonaws.dynamodb.v20120810',
  serializationWording: 'dynamodb',
  crc32: true,
};

/** Patches by the name of the service's model file. */
export const patches: Readonly<Record<string, ModelPatch>> = {
  apigateway: {
    // Recorded 2025-06-18: see `protocol/serialization-error.ts`.
    metadata: { serializationWording: 'coral-java' },
  },
  dynamodb: {
    metadata: DYNAMODB_WIRE,
    shapes: {
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
};
