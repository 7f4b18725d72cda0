/** How AWS refuses a patch operation: each kind of resource has one of three ways. */
import type { AwsError } from '../../../model/aws-error.ts';
import type { PatchOperation } from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { matches, segmentsOf } from './patch.ts';
import type { PatchRules } from './patch.ts';

/** Recorded 2024-04, UpdateMethod: what may be done to a path that is known; else the path. */
export function byOperation(operation: PatchOperation, rules: PatchRules): AwsError {
  const segments = segmentsOf(operation.path);
  const rule = Object.entries(rules).find(([pattern]) => matches(pattern, segments))?.[1];
  if (!rule) return byPath(operation);
  return badRequest(`Invalid patch operation specified. Must be one of: [${rule.ops.join(', ')}]`);
}

/** Recorded 2024-04, UpdateGatewayResponse. */
export function byPath({ path }: PatchOperation): AwsError {
  return badRequest(`Invalid patch path ${path ?? 'null'}`);
}

/** Recorded 2024-04, UpdateResource: the paths that can be changed in that way. */
export function byList({ op, path }: PatchOperation, rules: PatchRules): AwsError {
  const paths = Object.entries(rules).flatMap(([pattern, { ops }]) =>
    op && ops.includes(op) ? [pattern] : [],
  );
  const choice =
    paths.length === 0
      ? 'Please choose supported operations'
      : `Must be one of: [${paths.join(', ')}]`;
  return badRequest(`Invalid patch path  '${path ?? 'null'}' specified for op '${op}'. ${choice}`);
}
