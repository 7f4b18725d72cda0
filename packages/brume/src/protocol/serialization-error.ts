/**
 * The error for a body that cannot be read as the operation's input. AWS words it by the wire value
 * that it found and the Java type that it expected; three generations of that wording are in service.
 */
import { AwsError } from '../model/aws-error.ts';
import type { SerializationWording, Shape } from '../model/shapes.ts';

/** What stands at a place of a message: enough to word a mismatch. */
export interface Expectation {
  readonly shapeName: string;
  readonly shape: Shape;
  /** True for an element of a list or a value of a map, false for a member of a structure. */
  readonly inCollection: boolean;
  /** Java name of a map's values. */
  readonly valueType?: string;
}

/** `message` stays empty where AWS sends none: for a body that is no JSON at all. */
export function serializationException(message = ''): AwsError {
  return new AwsError({ code: 'SerializationException', status: 400, message });
}

/** Deeper than `DEPTH_MAX`: our own words, since AWS's limits differ by service and are not known. */
export function nestedTooDeeply(): AwsError {
  return serializationException('The request is nested too deeply.');
}

/**
 * Null where a list (or, under `key`, a map) has to have a value. DynamoDB reads attribute values all
 * the same, and its validation refuses them: so DynamoDB Local 3.3.1, asked on 2026-11-22, and for a list
 * the service itself (aws-sdk-java issue 2103, 2019). What others say is not known: our own words.
 */
export function nullFound(
  wording: SerializationWording,
  shapeName: string,
  shape: Shape,
  key?: string,
): AwsError {
  if (wording !== 'dynamodb' || (shape.member ?? shape.value)?.shape !== 'AttributeValue') {
    return serializationException(`A ${shape.type} must not contain null.`);
  }
  const found = 'The supplied Item contains a null AttributeValue';
  return new AwsError({
    code: 'ValidationException',
    namespace: 'com.amazon.coral.validate',
    message:
      shapeName === 'ExpressionAttributeValueMap'
        ? `ExpressionAttributeValues contains invalid value: ${found} for key ${key}`
        : `${found}${key === undefined ? '' : `: ${key} is null`}`,
  });
}

export function mismatch(
  wording: SerializationWording,
  expected: Expectation,
  value: unknown,
): AwsError {
  return serializationException(WORDINGS[wording](expected, value));
}

type Wording = (expected: Expectation, value: unknown) => string;

const WORDINGS: Readonly<Record<SerializationWording, Wording>> = {
  coral: (expected, value) => coral(expected, value, scalarMismatch),
  'coral-java': (expected, value) => coral(expected, value, javaScalarMismatch),
  dynamodb,
};

/**
 * CloudWatch Logs, Lambda … : measured against Athena with raw HTTP on 2026-09-23 and published with
 * 46 cases; the map's form is in dynalite's test/helpers.js (2013).
 */
function coral(expected: Expectation, value: unknown, scalar: Wording): string {
  const { type } = expected.shape;
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (isObject(value)) return 'Start of structure or map found where not expected.';
  if (type === 'list' || type === 'map') return `Expected ${type} or null`;
  return type === 'structure' ? 'Expected null' : scalar(expected, value);
}

const ARTICLES: Readonly<Record<string, string>> = {
  integer: 'an Integer',
  timestamp: 'milliseconds since epoch',
};

/** `STRING_VALUE can not be converted to an Integer` */
function scalarMismatch({ shape }: Expectation, value: unknown): string {
  const target = ARTICLES[shape.type] ?? `a ${javaType(shape)}`;
  return `${token(value)} can not be converted to ${target}`;
}

/**
 * API Gateway, recorded 2025-06-18: `class java.lang.Boolean can not be converted to an String`,
 * `class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String`.
 */
function javaScalarMismatch({ shape }: Expectation, value: unknown): string {
  const source = {
    boolean: 'java.lang.Boolean',
    string: 'java.lang.String',
    number: 'com.amazon.coral.value.json.numbers.TruncatingBigNumber',
  }[typeof value as string];
  const article = shape.type === 'blob' ? 'a' : 'an';
  return `class ${source} can not be converted to ${article} ${javaType(shape)}`;
}

const PARAMETERIZED_TYPE =
  'class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class ' +
  'java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and ' +
  "java.lang.Class are in module java.base of loader 'bootstrap')";

/** DynamoDB, as recorded from AWS by dynalite's test/helpers.js (2020). */
function dynamodb(expected: Expectation, value: unknown): string {
  const { shape, inCollection } = expected;
  const { type } = shape;
  if (Array.isArray(value)) return `Unrecognized collection type ${dynamodbJavaType(expected)}`;
  if (isObject(value)) return 'Start of structure or map found where not expected';
  if (type === 'list' || type === 'map') {
    return inCollection ? PARAMETERIZED_TYPE : 'Unexpected field type';
  }
  if (type === 'structure') {
    return inCollection ? 'Unexpected value type in payload' : 'Unexpected field type';
  }
  if (type === 'blob') return 'only base-64-encoded strings are convertible to bytes';
  if (type === 'boolean' && typeof value === 'string')
    return 'Unexpected token received from parser';
  const found =
    typeof value === 'number' && !Number.isInteger(value) ? 'DECIMAL_VALUE' : token(value);
  return `${found} cannot be converted to ${javaType(shape)}`;
}

function dynamodbJavaType({ shape, shapeName, valueType }: Expectation): string {
  if (shape.type === 'map') return `java.util.Map<java.lang.String, ${valueType}>`;
  return `class ${javaClass(shapeName, shape)}`;
}

/** The Java class that DynamoDB's server has for a shape. */
export function javaClass(shapeName: string, shape: Shape): string {
  if (shape.type === 'structure') return `com.amazonaws.dynamodb.v20120810.${shapeName}`;
  return shape.type === 'blob' ? 'java.nio.ByteBuffer' : `java.lang.${javaType(shape)}`;
}

function javaType({ type }: Shape): string {
  if (type === 'timestamp') return 'Date';
  return type.slice(0, 1).toUpperCase() + type.slice(1);
}

function token(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
