/** Tags of functions: TagResource, UntagResource, ListTags. Other resources of Lambda have none yet. */
import type { Write } from '../../../storage/ordered-store.ts';
import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { featureUnsupported, functionNotFound, invalidParameter } from '../errors.ts';
import { findFunction } from '../function-lookup.ts';
import { functionArn, parseFunctionName, type FunctionReference } from '../function-name.ts';
import { decodeRecord, functionKey, putRecord, type FunctionRecord } from '../function-record.ts';
import { TAGS_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';

type Tags = Readonly<Record<string, string>>;

export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > TAGS_MAX) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
}

export async function tagResource(
  state: LambdaState,
  input: TagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  if (Object.keys(input.Tags).length === 0) {
    throw invalidParameter('An error occurred and the request cannot be processed.');
  }
  await changeTags(state, taggedFunction(input.Resource, context), (tags) => {
    const merged = { ...tags, ...input.Tags };
    checkTags(merged);
    return merged;
  });
  return {};
}

export async function untagResource(
  state: LambdaState,
  input: UntagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const removed = new Set(input.TagKeys);
  await changeTags(state, taggedFunction(input.Resource, context), (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
  );
  return {};
}

export async function listTags(
  state: LambdaState,
  input: ListTagsRequest,
  context: RequestContext,
): Promise<ListTagsResponse> {
  const { tags } = await findFunction(state.store, taggedFunction(input.Resource, context));
  return { Tags: tags };
}

function taggedFunction(arn: string, context: RequestContext): FunctionReference {
  if (arn.split(':')[5] !== 'function') throw featureUnsupported('tags on this kind of resource');
  const { qualifier, ...reference } = parseFunctionName(arn, undefined, context);
  if (qualifier === undefined) return reference;
  throw invalidParameter(
    'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  );
}

async function changeTags(
  { store }: LambdaState,
  reference: FunctionReference,
  change: (tags: Tags) => Tags,
): Promise<void> {
  const key = functionKey(reference);
  await store.transact([key], ([value]) => {
    if (!value) throw functionNotFound(functionArn(reference));
    const record = decodeRecord<FunctionRecord>(value);
    const writes: Write[] = [putRecord(key, { ...record, tags: change(record.tags) })];
    return { writes, result: undefined };
  });
}
