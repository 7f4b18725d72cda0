/** ListTagsOfResource: all tags at once, as there are at most fifty. */
import type { DynamoDBOperation } from '../state.ts';
import { taggedTable } from '../tables/tags.ts';

export const listTagsOfResource: DynamoDBOperation<'ListTagsOfResource'> = async (
  state,
  input,
  context,
) => {
  const table = await taggedTable(state, input.ResourceArn, context);
  return { Tags: [...table.definition.tags] };
};
