/** Tags of tables: what AWS refuses of them. */
import type { Tag } from '../../model/generated/dynamodb.types.ts';
import { validation } from './errors.ts';
import { TAGS_MAX } from './limits.ts';

export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) {
    throw validation(
      'One or more parameter values were invalid: Duplicate tag keys are not allowed',
    );
  }
  if (tags.length > TAGS_MAX) throw tooManyTags();
}

export function tooManyTags(): Error {
  return validation(
    `One or more parameter values were invalid: Too many tags: the limit is ${TAGS_MAX} per table`,
  );
}
