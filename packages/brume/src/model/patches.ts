/**
 * Corrections and additions to the service models, applied when `generated/` is made. Each says what
 * is newer or wrong in the model, the evidence and its date.
 */
import type { OperationModel, Shape } from './shapes.ts';

export interface ModelPatch {
  /** Added to the model's operations, or put in their place. */
  readonly operations?: Readonly<Record<string, OperationModel>>;
  /** Added to the model's shapes, or merged over the fields of those that exist. */
  readonly shapes?: Readonly<Record<string, Partial<Shape>>>;
}

/** Patches by the name of the service's model file. */
export const patches: Readonly<Record<string, ModelPatch>> = {
  dynamodb: {
    shapes: {
      // Items are stored and answered in wire form: see `Shape.base64Text`.
      BinaryAttributeValue: { base64Text: true },
    },
  },
  dynamodbstreams: {
    shapes: {
      BinaryAttributeValue: { base64Text: true },
    },
  },
};
