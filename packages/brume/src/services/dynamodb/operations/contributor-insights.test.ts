import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED } from '../database.fixture.ts';
import { STATUS_CHANGE_MS } from '../insights/limits.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const TableName = 'table';

test('insights of a table and of an index are enabled and disabled, each for itself', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const describe = (IndexName?: string) =>
    database.call('DescribeContributorInsights', { TableName, IndexName });
  const off = { TableName, ContributorInsightsStatus: 'DISABLED' };
  assert.deepEqual(await describe(), off);
  const update = (
    ContributorInsightsAction: 'ENABLE' | 'DISABLE',
    rest: { IndexName?: string; ContributorInsightsMode?: 'THROTTLED_KEYS' } = {},
  ) =>
    database.call('UpdateContributorInsights', { TableName, ContributorInsightsAction, ...rest });
  const mode = { ContributorInsightsMode: 'ACCESSED_AND_THROTTLED_KEYS' };
  const enabling = { TableName, ContributorInsightsStatus: 'ENABLING', ...mode };
  assert.deepEqual(await update('ENABLE'), enabling);
  const enabledMs = database.nowMs;
  database.nowMs += STATUS_CHANGE_MS;
  const rules = (kinds: readonly string[], resource: string, ms: number) =>
    kinds.map((kind) => `DynamoDBContributorInsights-${kind}-${resource}-${ms}`);
  assert.deepEqual(await describe(), {
    ...enabling,
    ContributorInsightsStatus: 'ENABLED',
    LastUpdateDateTime: new Date(enabledMs),
    ContributorInsightsRuleList: rules(['PKC', 'PKT', 'SKC', 'SKT'], 'table', enabledMs),
  });
  const again = await update('ENABLE');
  assert.equal(again.ContributorInsightsStatus, 'ENABLED', 'the same again changes nothing');
  assert.deepEqual(await describe('gsi'), { ...off, IndexName: 'gsi' });
  await update('ENABLE', { IndexName: 'gsi', ContributorInsightsMode: 'THROTTLED_KEYS' });
  const { ContributorInsightsRuleList: ofIndex } = await describe('gsi');
  assert.deepEqual(ofIndex, rules(['PKT', 'SKT'], 'table-gsi', database.nowMs));
  assert.deepEqual(await update('DISABLE'), { ...off, ContributorInsightsStatus: 'DISABLING' });
  database.nowMs += STATUS_CHANGE_MS;
  await database.reopen();
  const disabled = await describe();
  assert.equal(disabled.ContributorInsightsStatus, 'DISABLED');
  assert.equal(disabled.ContributorInsightsRuleList, undefined);
  assert.equal((await describe('gsi')).ContributorInsightsStatus, 'ENABLED');
  await database.close();
});

test('insights are listed page by page, tables before their indexes', async () => {
  const database = new TimedDatabase();
  const names = ['first', 'second', 'third'];
  for (const name of names) await database.call('CreateTable', { ...INDEXED, TableName: name });
  const listed: string[] = [];
  let NextToken: string | undefined;
  for (let pages = 0; pages < 10; pages++) {
    const page = await database.call('ListContributorInsights', { MaxResults: 1, NextToken });
    for (const { TableName: name, IndexName: index } of page.ContributorInsightsSummaries ?? []) {
      listed.push(index === undefined ? `${name}` : `${name}/${index}`);
    }
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  assert.deepEqual(
    listed,
    names.flatMap((name) => [name, `${name}/gsi`]),
  );
  const ofOne = await database.call('ListContributorInsights', { TableName: 'second' });
  const indexes = ofOne.ContributorInsightsSummaries?.map(({ IndexName: index }) => index);
  assert.deepEqual(indexes, [undefined, 'gsi']);
  await database.close();
});

test('insights of what is not there are refused', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const action = { ContributorInsightsAction: 'ENABLE' } as const;
  assert.equal(
    await database.refusal('UpdateContributorInsights', { TableName: 'nowhere', ...action }),
    'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
  );
  for (const IndexName of ['lsi', 'none']) {
    const refused = database.refusal('UpdateContributorInsights', {
      TableName,
      IndexName,
      ...action,
    });
    assert.match(await refused, /^ResourceNotFoundException: /);
  }
  for (const NextToken of ['?', 'W10', 'WzEsMl0']) {
    const refused = await database.refusal('ListContributorInsights', { NextToken });
    assert.match(refused, /^ValidationException: /);
  }
  assert.match(
    await database.refusal('ListContributorInsights', { MaxResults: 0 }),
    /^ValidationException: /,
  );
  await database.close();
});
