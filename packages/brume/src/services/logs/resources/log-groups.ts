/** Log groups: created, described, protected and deleted with all that is in them. */
import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  ListLogGroupsRequest,
  ListLogGroupsResponse,
  LogGroup,
  PutLogGroupDeletionProtectionRequest,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { newGroup } from '../append-events.ts';
import {
  deletionProtected,
  logGroupExists,
  logGroupNotFound,
  prefixAndPattern,
} from '../errors.ts';
import { DESCRIBE_ITEMS_MAX, LIST_GROUPS_MAX } from '../limits.ts';
import { identifiedGroup, namedGroup } from '../log-group-name.ts';
import {
  decodeRecord,
  groupArn,
  groupEventsRange,
  groupKey,
  groupsRange,
  putRecord,
  streamsRange,
  type GroupRecord,
  type GroupReference,
} from '../log-records.ts';
import { pageOf } from '../paging.ts';
import { readRecords } from '../read-records.ts';
import type { LogsState } from '../state.ts';

type Nothing = Record<string, never>;

export async function createLogGroup(
  { store, environment }: LogsState,
  input: CreateLogGroupRequest,
  context: RequestContext,
): Promise<Nothing> {
  const reference = namedGroup(input.logGroupName, context);
  const group: GroupRecord = {
    ...newGroup(reference, Math.floor(environment.clock.nowMs())),
    logGroupClass: input.logGroupClass ?? 'STANDARD',
    tags: input.tags ?? {},
    deletionProtected: input.deletionProtectionEnabled ?? false,
    ...(input.kmsKeyId !== undefined && { kmsKeyId: input.kmsKeyId }),
  };
  const key = groupKey(reference);
  await store.transact([key], ([value]) => {
    if (value) throw logGroupExists();
    return { writes: [putRecord(key, group)], result: undefined };
  });
  return {};
}

export async function deleteLogGroup(
  { store, intake }: LogsState,
  input: DeleteLogGroupRequest,
  context: RequestContext,
): Promise<Nothing> {
  const reference = namedGroup(input.logGroupName, context);
  // What was written before goes with the group, instead of making it anew.
  await intake.flush();
  const key = groupKey(reference);
  await store.transact([key], ([value]) => {
    if (!value) throw logGroupNotFound();
    if (decodeRecord<GroupRecord>(value).deletionProtected) throw deletionProtected();
    const ranges = [streamsRange(reference), groupEventsRange(reference)];
    const writes = [
      { type: 'delete', key } as const,
      ...ranges.map((range) => ({ type: 'delete-range', ...range }) as const),
    ];
    return { writes, result: undefined };
  });
  return {};
}

export async function describeLogGroups(
  { store }: LogsState,
  input: DescribeLogGroupsRequest,
  context: RequestContext,
): Promise<DescribeLogGroupsResponse> {
  const { logGroupNamePrefix, logGroupNamePattern, logGroupIdentifiers, logGroupClass } = input;
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw prefixAndPattern();
  }
  const names = logGroupIdentifiers?.map(
    (logGroupIdentifier) => identifiedGroup({ logGroupIdentifier }, context).groupName,
  );
  const groups = readRecords<GroupRecord>(store, groupsRange(context.accountId, context.region));
  const { items, nextToken } = await pageOf(groups, {
    limit: input.limit ?? DESCRIBE_ITEMS_MAX,
    token: input.nextToken,
    orderOf: ({ groupName }) => groupName,
    includes: ({ groupName, logGroupClass: itsClass }) =>
      groupName.startsWith(logGroupNamePrefix ?? '') &&
      groupName.includes(logGroupNamePattern ?? '') &&
      (names?.includes(groupName) ?? true) &&
      itsClass === (logGroupClass ?? itsClass),
  });
  const isBrief = logGroupNamePattern !== undefined;
  return { logGroups: items.map((group) => described(group, isBrief)), nextToken };
}

/** Answers to a pattern have less in them (recorded 2026-02-03). */
function described(group: GroupRecord, isBrief: boolean): LogGroup {
  const arn = groupArn(group);
  return {
    logGroupName: group.groupName,
    creationTime: group.createdMs,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: group.logGroupClass,
    kmsKeyId: group.kmsKeyId,
    ...(!isBrief && {
      storedBytes: group.storedBytes,
      deletionProtectionEnabled: group.deletionProtected,
    }),
  };
}

export async function listLogGroups(
  { store }: LogsState,
  input: ListLogGroupsRequest,
  context: RequestContext,
): Promise<ListLogGroupsResponse> {
  const alternatives = input.logGroupNamePattern?.split('|') ?? [''];
  const isNamed = (name: string) =>
    alternatives.some((text) =>
      text.startsWith('^') ? name.startsWith(text.slice(1)) : name.includes(text),
    );
  const groups = readRecords<GroupRecord>(store, groupsRange(context.accountId, context.region));
  const { items, nextToken } = await pageOf(groups, {
    limit: Math.min(input.limit ?? DESCRIBE_ITEMS_MAX, LIST_GROUPS_MAX),
    token: input.nextToken,
    orderOf: ({ groupName }) => groupName,
    includes: ({ groupName, logGroupClass, tags }) =>
      isNamed(groupName) &&
      logGroupClass === (input.logGroupClass ?? logGroupClass) &&
      hasTags(tags, input.logGroupTags ?? []),
  });
  const logGroups = items.map((group) => ({
    logGroupName: group.groupName,
    logGroupArn: groupArn(group),
    logGroupClass: group.logGroupClass,
  }));
  return { logGroups, nextToken };
}

function hasTags(
  tags: GroupRecord['tags'],
  filters: NonNullable<ListLogGroupsRequest['logGroupTags']>,
): boolean {
  return filters.every(({ key, values }) => {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && (values?.includes(value) ?? true);
  });
}

export async function putLogGroupDeletionProtection(
  state: LogsState,
  input: PutLogGroupDeletionProtectionRequest,
  context: RequestContext,
): Promise<Nothing> {
  await changeGroup(state, identifiedGroup(input, context), (group) => ({
    ...group,
    deletionProtected: input.deletionProtectionEnabled,
  }));
  return {};
}

/** Changes a group's record, or throws AWS's error for a group that is not there. */
export async function changeGroup(
  { store }: LogsState,
  reference: GroupReference,
  change: (group: GroupRecord) => GroupRecord,
): Promise<void> {
  const key = groupKey(reference);
  await store.transact([key], ([value]) => {
    if (!value) throw logGroupNotFound();
    const changed = change(decodeRecord<GroupRecord>(value));
    return { writes: [putRecord(key, changed)], result: undefined };
  });
}

export async function findGroup(
  { store }: LogsState,
  reference: GroupReference,
): Promise<GroupRecord> {
  const value = await store.get(groupKey(reference));
  if (!value) throw logGroupNotFound();
  return decodeRecord<GroupRecord>(value);
}
