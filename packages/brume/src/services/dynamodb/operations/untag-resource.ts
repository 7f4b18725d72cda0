/** UntagResource. */
import { validation } from '../errors.ts';
import type { DynamoDBOperation } from '../state.ts';
import { changeTags } from '../tables/tags.ts';

export const untagResource: DynamoDBOperation<'UntagResource'> = async (state, input, context) => {
  const { ResourceArn: arn, TagKeys: keys } = input;
  if (keys.length === 0) throw validation('Atleast one Tag Key needs to be provided as Input.');
  await changeTags(state, arn, context, (tags) => tags.filter(({ Key }) => !keys.includes(Key)));
  return {};
};
