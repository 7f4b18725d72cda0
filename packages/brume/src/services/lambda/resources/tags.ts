/** Tags of functions, event source mappings and code signing configurations. */
import type { AwsError } from '../../../model/aws-error.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { codeSigningKey } from '../code/code-signing.ts';
import {
  codeSigningMissing,
  featureUnsupported,
  functionNotFound,
  invalidParameter,
} from '../errors.ts';
import { mappingNotFound } from '../event-sources/errors.ts';
import { mappingArn, mappingKey } from '../event-sources/mapping-record.ts';
import { functionArn, parseFunctionName } from '../function-name.ts';
import { decodeRecord, functionKey, putRecord } from '../function-record.ts';
import { TAGS_MAX } from '../limits.ts';
import type { LambdaState } from '../state.ts';

type Tags = Readonly<Record<string, string>>;

/** Where tags are: a member of what is kept of their resource. */
interface Tagged {
  readonly key: Uint8Array;
  readonly notFound: () => AwsError;
}

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
  await changeTags(state, taggedBy(input.Resource, context), (tags) => {
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
  await changeTags(state, taggedBy(input.Resource, context), (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
  );
  return {};
}

export async function listTags(
  state: LambdaState,
  input: ListTagsRequest,
  context: RequestContext,
): Promise<ListTagsResponse> {
  const { key, notFound } = taggedBy(input.Resource, context);
  const value = await state.store.get(key);
  if (!value) throw notFound();
  return { Tags: decodeRecord<{ tags: Tags }>(value).tags };
}

function taggedBy(arn: string, context: RequestContext): Tagged {
  const [kind, uuid = ''] = arn.split(':').slice(5);
  if (kind === 'event-source-mapping') {
    const name = { accountId: context.accountId, region: context.region, uuid };
    if (mappingArn(name) !== arn) throw mappingNotFound();
    return { key: mappingKey(name), notFound: mappingNotFound };
  }
  if (kind === 'code-signing-config') {
    return { key: codeSigningKey(arn), notFound: () => codeSigningMissing(arn) };
  }
  if (kind !== 'function') throw featureUnsupported('tags on this kind of resource');
  const { qualifier, ...reference } = parseFunctionName(arn, undefined, context);
  if (qualifier === undefined) {
    return {
      key: functionKey(reference),
      notFound: () => functionNotFound(functionArn(reference)),
    };
  }
  throw invalidParameter(
    'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  );
}

async function changeTags(
  { store }: LambdaState,
  { key, notFound }: Tagged,
  change: (tags: Tags) => Tags,
): Promise<void> {
  await store.transact([key], ([value]) => {
    if (!value) throw notFound();
    const record = decodeRecord<{ tags: Tags }>(value);
    const writes: Write[] = [putRecord(key, { ...record, tags: change(record.tags) })];
    return { writes, result: undefined };
  });
}
