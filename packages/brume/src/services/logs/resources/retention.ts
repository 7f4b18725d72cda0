/** How long a group keeps its events: PutRetentionPolicy, DeleteRetentionPolicy. */
import type {
  DeleteRetentionPolicyRequest,
  PutRetentionPolicyRequest,
} from '../../../model/generated/logs.types.ts';
import type { RequestContext } from '../../service.ts';
import { invalidRetention } from '../errors.ts';
import { RETENTION_DAYS } from '../limits.ts';
import { namedGroup } from '../log-group-name.ts';
import type { LogsState } from '../state.ts';
import { changeGroup } from './log-groups.ts';

export async function putRetentionPolicy(
  state: LogsState,
  input: PutRetentionPolicyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { retentionInDays } = input;
  if (!RETENTION_DAYS.includes(retentionInDays)) {
    throw invalidRetention(retentionInDays, RETENTION_DAYS);
  }
  await changeGroup(state, namedGroup(input.logGroupName, context), (group) => ({
    ...group,
    retentionInDays,
  }));
  state.sweeper.sweepSoon();
  return {};
}

export async function deleteRetentionPolicy(
  state: LogsState,
  input: DeleteRetentionPolicyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await changeGroup(state, namedGroup(input.logGroupName, context), (group) => {
    const { retentionInDays: _, ...kept } = group;
    return kept;
  });
  return {};
}
