/** Tags of tables: what AWS refuses of them. */
import type { Tag } from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceArnNotFound, validation } from '../errors.ts';
import { TAGS_MAX } from '../limits.ts';
import type { DynamoDBState } from '../state.ts';
import type { Table } from './table.ts';
import { tableNameOfArn } from './table-name.ts';

export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) {
    throw validation(
      'One or more parameter values were invalid: Duplicate tag keys are not allowed',
    );
  }
  if (tags.length > TAGS_MAX) throw tooManyTags();
}

function tooManyTags(): Error {
  return validation(
    `One or more parameter values were invalid: Too many tags: the limit is ${TAGS_MAX} per table`,
  );
}

export async function taggedTable(
  { catalog }: DynamoDBState,
  arn: string,
  context: RequestContext,
): Promise<Table> {
  const table = await catalog.find(tableNameOfArn(arn, context), context);
  if (table === undefined) throw resourceArnNotFound(arn);
  return table;
}

export async function changeTags(
  { catalog }: DynamoDBState,
  arn: string,
  context: RequestContext,
  change: (tags: readonly Tag[]) => Tag[],
): Promise<void> {
  await catalog.change(tableNameOfArn(arn, context), context, (table) => {
    if (table === undefined) throw resourceArnNotFound(arn);
    const tags = change(table.definition.tags);
    return { next: { ...table.definition, tags }, result: undefined };
  });
}
