/** AWS's usual wording for input that breaks the model's constraints, all violations in one message. */
import { AwsError } from '../model/aws-error.ts';
import { COLLECTION_PARTS, constraintText } from '../model/constraint-text.ts';
import type { OperationModel, ServiceModel, Shape, ShapeReference } from '../model/shapes.ts';
import type { CollectionConstraint, ValueConstraint, Violation } from '../model/violation.ts';
import { shownValue } from './java-text.ts';
import { ShapeTable } from './shape-table.ts';

/** `1 validation error detected: Value 'x' at 'functionName' failed to satisfy constraint: …` */
export function validationError(
  model: ServiceModel,
  operation: OperationModel,
  violations: readonly Violation[],
): AwsError {
  const shapes = new ShapeTable(model);
  const texts = violations.map((violation) => violationText(shapes, operation, violation));
  const plural = texts.length === 1 ? '' : 's';
  return new AwsError({
    code: validationCode(model, operation),
    status: 400,
    message: `${texts.length} validation error${plural} detected: ${texts.join('; ')}`,
  });
}

/** CloudWatch Logs answers with the code that the operation models for it (recorded 2024). */
function validationCode(model: ServiceModel, operation: OperationModel): string {
  const modelled = operation.errors?.some(({ shape }) => shape === 'InvalidParameterException');
  if (modelled) return 'InvalidParameterException';
  return model.metadata.protocol === 'query' ? 'ValidationError' : 'ValidationException';
}

function violationText(
  shapes: ShapeTable,
  operation: OperationModel,
  violation: Violation,
): string {
  const { path, constraint, value, sensitive } = violation;
  const place = pathText(shapes, operation, path);
  const reference = referenceAt(shapes, operation, path);
  const shown = sensitive ? '' : ` ${shownValue(shapes, reference, value)}`;
  return `Value${shown} at '${place}' failed to satisfy constraint: ${
    'constraints' in constraint
      ? collectionText(shapes, shapes.of(reference), constraint, place)
      : wordsOf(constraint, shapes.of(reference))
  }`;
}

/** Names begin small, positions count from one, what is in a collection is its `member`. */
function pathText(shapes: ShapeTable, operation: OperationModel, path: Violation['path']): string {
  let text = bodyPrefix(shapes, operation, path[0]);
  let container: Shape | undefined = operation.input && shapes.of(operation.input);
  path.forEach((part, depth) => {
    const isMember = container?.type === 'structure';
    text += (depth === 0 ? '' : '.') + (isMember ? lowerFirst(String(part)) : collectionPart(part));
    container = container && shapes.of(innerReference(container, part));
  });
  return text;
}

function collectionPart(part: string | number): string {
  return `${typeof part === 'number' ? part + 1 : part}.member`;
}

/** API Gateway names the body's own structure: `createRestApiInput.name` (recorded 2025). */
function bodyPrefix(shapes: ShapeTable, operation: OperationModel, first: string | number = '') {
  if (shapes.model.metadata.serviceId !== 'API Gateway' || !operation.input) return '';
  const member = shapes.of(operation.input).members?.[first];
  return member?.location ? '' : `${lowerFirst(operation.name)}Input.`;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function referenceAt(
  shapes: ShapeTable,
  operation: OperationModel,
  path: Violation['path'],
): ShapeReference {
  let reference = operation.input as ShapeReference;
  for (const part of path) reference = innerReference(shapes.of(reference), part);
  return reference;
}

function innerReference(shape: Shape, part: string | number): ShapeReference {
  return (shape.members?.[part] ?? shape.member ?? shape.value) as ShapeReference;
}

function wordsOf(constraint: ValueConstraint, { type }: Shape): string {
  return constraintText(constraint, type === 'double' || type === 'float');
}

/** Where AWS lists `Member must not be null` too (Lambda, recorded 2025); no model says where. */
const NOT_NULL_PLACES: ReadonlyMap<string, 'element' | 'key' | 'value'> = new Map([
  ['architectures', 'element'],
  ['layers', 'element'],
  ['routingConfig.additionalVersionWeights', 'value'],
]);

/** A least length of 0 cannot be broken, but is listed (Lambda, recorded 2025-11-25: test_vpc_config). */
const NO_LEAST = { type: 'length', min: 0 } as const;

/** `Member must satisfy constraint: [… length less …, … length greater …, … pattern: …]` */
function collectionText(
  shapes: ShapeTable,
  shape: Shape,
  constraint: CollectionConstraint,
  place: string,
): string {
  const inner = constraint.type === 'key' ? shape.key : (shape.member ?? shape.value);
  const innerShape = shapes.of(inner as ShapeReference);
  const isUnbounded = innerShape.type === 'string' && innerShape.min === 0;
  const texts = [...constraint.constraints, ...(isUnbounded ? [NO_LEAST] : [])]
    .toSorted((left, right) => rank(left) - rank(right))
    .map((each) => wordsOf(each, innerShape));
  if (NOT_NULL_PLACES.get(place) === constraint.type) texts.push('Member must not be null');
  return `${COLLECTION_PARTS[constraint.type]} must satisfy constraint: [${texts.join(', ')}]`;
}

/** Inside a collection's list AWS puts upper bounds first and the pattern last. */
function rank(constraint: ValueConstraint): number {
  if (constraint.type === 'pattern') return 2;
  return 'min' in constraint ? 1 : 0;
}
