/** UpdateTimeToLive and DescribeTimeToLive. */
import { noteBackfill } from '../tables/backfill.ts';
import { tableNotFound, validation } from '../errors.ts';
import { TIME_TO_LIVE_CHANGE_MS } from '../limits.ts';
import { strongNeeds } from '../replication/errors.ts';
import { isStrong } from '../replication/global-table.ts';
import { changeGroup, sharesSettings } from '../replication/group.ts';
import type { DynamoDBOperation } from '../state.ts';
import type { TimeToLive } from '../tables/table.ts';
import { administeredTableName } from '../tables/table-name.ts';

export const updateTimeToLive: DynamoDBOperation<'UpdateTimeToLive'> = async (
  state,
  input,
  context,
) => {
  const name = administeredTableName(input.TableName, context);
  const { Enabled: enabled, AttributeName: attributeName } = input.TimeToLiveSpecification;
  const nowMs = state.environment.clock.nowMs();
  await changeGroup(state.catalog, name, context, (own, tables) => {
    if (isStrong(own)) throw strongNeeds('has no time to live');
    checkChange(own.timeToLive, enabled, attributeName, nowMs);
    const timeToLive: TimeToLive = { attributeName, enabled, changedMs: nowMs };
    // Replicas have the same time to live.
    const shared = sharesSettings(own) ? tables : new Map([[own.region, own]]);
    const next = new Map([...shared].map(([region, each]) => [region, { ...each, timeToLive }]));
    const writes = enabled ? [...next.values()].map((each) => noteBackfill(each)) : [];
    return { next, writes, result: undefined };
  });
  state.backfills.wake();
  state.expiry.watch();
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attributeName } };
};

function checkChange(
  current: TimeToLive | undefined,
  enabled: boolean,
  attributeName: string,
  nowMs: number,
): void {
  const isEnabled = current?.enabled === true;
  if (isEnabled && current.attributeName !== attributeName) {
    throw validation(
      'TimeToLive is active on a different AttributeName: current AttributeName is ' +
        current.attributeName,
    );
  }
  if (isEnabled === enabled) {
    throw validation(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  }
  if (current !== undefined && nowMs - current.changedMs < TIME_TO_LIVE_CHANGE_MS) {
    throw validation('Time to live has been modified multiple times within a fixed interval');
  }
}

export const describeTimeToLive: DynamoDBOperation<'DescribeTimeToLive'> = async (
  state,
  input,
  context,
) => {
  const name = administeredTableName(input.TableName, context);
  const table = await state.catalog.find(name, context);
  if (table === undefined) throw tableNotFound(name);
  const { timeToLive } = table.definition;
  if (timeToLive?.enabled !== true) {
    return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
  }
  const { attributeName } = timeToLive;
  return {
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: attributeName },
  };
};
