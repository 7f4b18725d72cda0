/** Which attributes reads answer: a projection expression, AttributesToGet, or all. */
import type { AttributeMap } from '../items/attribute-value.ts';
import type { Path } from '../expressions/ast.ts';
import { checkExpressionParameters, Expressions } from '../expressions/expressions.ts';
import { attributePaths } from '../expressions/legacy.ts';
import { project } from '../expressions/projection.ts';
import type { Item } from '../items/item.ts';
import { checkScalarKeys } from '../items/key-validation.ts';
import type { Table } from '../tables/table.ts';
import type { Layer } from '../validation.ts';

const PARAMETERS = {
  expressions: ['ProjectionExpression'],
  older: ['AttributesToGet'],
  withValues: [],
};

export interface ItemProjectionInput {
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
}

/** Undefined for all attributes. */
export function bindItemProjection(input: ItemProjectionInput, layer: Layer): Path[] | undefined {
  const { ProjectionExpression: expression, AttributesToGet: names } = input;
  if (expression === undefined && names === undefined && !input.ExpressionAttributeNames) {
    return undefined;
  }
  checkExpressionParameters({ ...input }, layer, PARAMETERS);
  const expressions = new Expressions(input, layer);
  const paths = expressions.projection(expression) ?? attributePaths(names);
  expressions.checkNoneUnused();
  return paths;
}

export function checkProjectionKeys(table: Table, paths: readonly Path[] | undefined): void {
  if (paths !== undefined) checkScalarKeys(table, paths);
}

export function projectedItem(item: Item, paths: readonly Path[] | undefined): AttributeMap {
  return paths === undefined ? item.encoded() : project(item.attributes, paths);
}
