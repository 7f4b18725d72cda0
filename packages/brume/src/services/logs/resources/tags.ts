/** Tags of log groups, by the ARN and, in the older operations, by the name. */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { tooManyTags } from '../errors.ts';
import { TAGS_MAX } from '../limits.ts';
import { arnOfGroup, namedGroup } from '../log-group-name.ts';
import type { GroupReference } from '../log-records.ts';
import type { LogsState } from '../state.ts';
import { changeGroup, findGroup } from './log-groups.ts';

type Tags = Readonly<Record<string, string>>;
type Nothing = Record<string, never>;

export function tagResource(state: LogsState, input: TagResourceRequest, context: RequestContext) {
  return addTags(state, arnOfGroup(input.resourceArn, context), input.tags);
}

export function tagLogGroup(state: LogsState, input: TagLogGroupRequest, context: RequestContext) {
  return addTags(state, namedGroup(input.logGroupName, context), input.tags);
}

export function untagResource(
  state: LogsState,
  input: UntagResourceRequest,
  context: RequestContext,
) {
  return removeTags(state, arnOfGroup(input.resourceArn, context), input.tagKeys);
}

export function untagLogGroup(
  state: LogsState,
  input: UntagLogGroupRequest,
  context: RequestContext,
) {
  return removeTags(state, namedGroup(input.logGroupName, context), input.tags);
}

export async function listTagsForResource(
  state: LogsState,
  input: ListTagsForResourceRequest,
  context: RequestContext,
): Promise<ListTagsForResourceResponse> {
  const { tags } = await findGroup(state, arnOfGroup(input.resourceArn, context));
  return { tags };
}

export async function listTagsLogGroup(
  state: LogsState,
  input: ListTagsLogGroupRequest,
  context: RequestContext,
): Promise<ListTagsLogGroupResponse> {
  const { tags } = await findGroup(state, namedGroup(input.logGroupName, context));
  return { tags };
}

async function addTags(state: LogsState, group: GroupReference, added: Tags): Promise<Nothing> {
  await changeGroup(state, group, (record) => {
    const tags = { ...record.tags, ...added };
    if (Object.keys(tags).length > TAGS_MAX) throw tooManyTags(TAGS_MAX);
    return { ...record, tags };
  });
  return {};
}

async function removeTags(
  state: LogsState,
  group: GroupReference,
  keys: readonly string[],
): Promise<Nothing> {
  const removed = new Set(keys);
  await changeGroup(state, group, (record) => {
    const kept = Object.entries(record.tags).filter(([key]) => !removed.has(key));
    return { ...record, tags: Object.fromEntries(kept) };
  });
  return {};
}
