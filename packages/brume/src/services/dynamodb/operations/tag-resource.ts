/** TagResource: adds tags to a table, or gives those that it has other values. */
import { validation } from '../errors.ts';
import type { DynamoDBOperation } from '../state.ts';
import { changeTags, checkTags } from '../tables/tags.ts';

export const tagResource: DynamoDBOperation<'TagResource'> = async (state, input, context) => {
  const { ResourceArn: arn, Tags: added } = input;
  if (added.length === 0) throw validation('Atleast one Tag needs to be provided as Input.');
  checkTags(added);
  await changeTags(state, arn, context, (tags) => {
    const keys = new Set(added.map(({ Key }) => Key));
    const tagged = [...tags.filter(({ Key }) => !keys.has(Key)), ...added];
    checkTags(tagged);
    return tagged;
  });
  return {};
};
