/** `dynamoose.type`: what a schema says where no JavaScript constructor would do. */

const UNDEFINED: unique symbol = Symbol('dynamoose.undefined');
const THIS: unique symbol = Symbol('dynamoose.this');
const NULL: unique symbol = Symbol('dynamoose.null');
const ANY: unique symbol = Symbol('dynamoose.any');

export interface ConstantType {
  value: string;
  settings: { value: string | number | boolean };
}

export interface CombineType {
  value: string;
  settings: { attributes: string[]; separator?: string | undefined };
}

export interface Types {
  /** As a value: store nothing, not even the attribute's default. */
  UNDEFINED: symbol;
  /** A reference to another item of the same model. */
  THIS: symbol;
  /** DynamoDB's `NULL`. */
  NULL: symbol;
  /** Any value; as `schema` of an object or array, anything inside it. */
  ANY: symbol;
  /** Exactly this value. */
  CONSTANT(value: string | number | boolean): ConstantType;
  /** The values of other attributes, joined. */
  COMBINE(attributes: string[], separator?: string): CombineType;
}

export const type: Types = {
  UNDEFINED,
  THIS,
  NULL,
  ANY,
  CONSTANT: (value) => ({ value: 'Constant', settings: { value } }),
  COMBINE: (attributes, separator) => ({ value: 'Combine', settings: { attributes, separator } }),
};
