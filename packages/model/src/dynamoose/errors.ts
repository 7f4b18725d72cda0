/** The errors of Dynamoose's API: ordinary errors told apart by `name`, each kind a class. */

export class DynamooseError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function kind(
  name: string,
  defaultMessage: string,
): new (message?: string, ...rest: unknown[]) => DynamooseError {
  return class extends DynamooseError {
    constructor(message?: string) {
      super(name, message || defaultMessage);
    }
  };
}

export const MissingSchemaError = kind('MissingSchemaError', 'Schema has not been registered.');
export const InvalidParameter = kind('InvalidParameter', 'Invalid Parameter');
export const InvalidParameterType = kind('InvalidParameterType', 'Invalid Parameter Type');
export const UnknownAttribute = kind('UnknownAttribute', 'The attribute can not be found');
export const InvalidType = kind('InvalidType', 'Invalid Type');
export const WaitForActiveTimeout = kind(
  'WaitForActiveTimeout',
  'Waiting for table to be active has timed out.',
);
export const TypeMismatch = kind(
  'TypeMismatch',
  'There was a type mismatch between the schema and item',
);
export const InvalidFilterComparison = kind(
  'InvalidFilterComparison',
  'That filter comparison is invalid',
);
export const ValidationError = kind('ValidationError', 'Validation for item failed.');
export const OtherError = kind('OtherError', 'There was an unknown error');
