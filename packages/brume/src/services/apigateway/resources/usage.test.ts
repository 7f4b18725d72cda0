import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeEnvironment } from '../../../environment/node.ts';
import type {
  ApiKey,
  QuotaSettings,
  Usage,
  UsagePlan,
} from '../../../model/generated/apigateway.types.ts';
import { Quotas } from '../../execute-api/rest/quotas.ts';
import { publishedQuota } from '../rest-api-feed.ts';
import { context, refusal, restGateway } from '../rest-fixture.ts';

const DAY_MS = 24 * 3600 * 1000;

async function subscribed(quota: QuotaSettings | undefined) {
  // A Sunday: the week ends with it.
  let timeMs = Date.parse('2026-11-22T12:00:00Z');
  const clock = { ...nodeEnvironment().clock, nowMs: () => timeMs };
  const environment = { ...nodeEnvironment(), clock };
  const log = { log: (_level: string, message: string) => assert.fail(message) };
  const gateway = await restGateway({ environment, usage: async () => quotas });
  const { call, usageRecords: records } = gateway;
  const quotas = new Quotas({ clock, timers: environment.timers, log, records });
  const plan = await call<UsagePlan>('CreateUsagePlan', { name: 'gold', quota });
  const { id: keyId = '' } = await call<ApiKey>('CreateApiKey', { enabled: true });
  const { id: usagePlanId = '' } = plan;
  await call('CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
  const { accountId, region } = context;
  const key = { accountId, region, planId: usagePlanId, keyId };
  return {
    call,
    named: { usagePlanId, keyId },
    /** Entries of the store that tell of usage. */
    async kept() {
      const all = { start: Buffer.of(0), end: Buffer.of(0xff), limit: 100 };
      const entries = await gateway.store.range(all);
      return entries.filter(({ value }) => Buffer.from(value).includes('"usage"')).length;
    },
    take: () => quotas.take(quotas.meterOf(key, undefined), quota && publishedQuota(quota)),
    flush: () => quotas.flush(),
    nextDay: () => void (timeMs += DAY_MS),
  };
}

test('usage is told by day, with what is left of the period', async () => {
  const { call, named, take, nextDay } = await subscribed({ limit: 3, period: 'WEEK' });
  assert.deepEqual([take(), take()], [true, true]);
  nextDay();
  // A new week.
  assert.deepEqual([take(), take(), take(), take()], [true, true, true, false]);
  const days = { startDate: '2026-11-21', endDate: '2026-11-23' };
  const usage = await call<Usage>('GetUsage', { ...named, ...days });
  const expected = [
    [0, 3],
    [2, 1],
    [3, 0],
  ];
  assert.deepEqual(usage.items, { [named.keyId]: expected });
  assert.deepEqual([usage.startDate, usage.endDate], [days.startDate, days.endDate]);
});

test('what is left can be changed until the period ends', async () => {
  const { call, named, take, nextDay } = await subscribed({ limit: 1, period: 'DAY' });
  assert.deepEqual([take(), take()], [true, false]);
  const patchOperations = [{ op: 'replace', path: '/remaining', value: '2' }];
  const usage = await call<Usage>('UpdateUsage', { ...named, patchOperations });
  assert.deepEqual(usage.items, { [named.keyId]: [[1, 2]] });
  assert.deepEqual([take(), take(), take()], [true, true, false]);
  nextDay();
  assert.deepEqual([take(), take()], [true, false]);
});

test('usage is not told for what there is not, nor for too long', async () => {
  const { call, named } = await subscribed(undefined);
  const ask = (more: object) =>
    call('GetUsage', { ...named, startDate: '2026-11-01', endDate: '2026-11-02', ...more });
  await assert.rejects(ask({ keyId: 'other' }), refusal('NotFoundException', /API Key/));
  await assert.rejects(ask({ usagePlanId: 'other' }), refusal('NotFoundException', /Usage Plan/));
  const badRequest = (message: RegExp) => refusal('BadRequestException', message);
  await assert.rejects(ask({ startDate: '2026-11-03' }), badRequest(/before/));
  await assert.rejects(ask({ startDate: '2026-01-03' }), badRequest(/90 days/));
  await assert.rejects(ask({ startDate: 'today' }), badRequest(/Invalid date/));
  await assert.rejects(call('UpdateUsage', named), badRequest(/no quota/));
});

test('what a key has used of a plan goes with its place in it', async () => {
  const { call, named, take } = await subscribed({ limit: 1, period: 'DAY' });
  const { usagePlanId, keyId } = named;
  const day = { startDate: '2026-11-22', endDate: '2026-11-22' };
  assert.equal(take(), true);
  const before = await call<Usage>('GetUsage', { ...named, ...day });
  assert.deepEqual(before.items, { [keyId]: [[1, 0]] });
  await call('DeleteUsagePlanKey', named);
  await call('CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
  const after = await call<Usage>('GetUsage', { ...named, ...day });
  assert.deepEqual(after.items, { [keyId]: [[0, 1]] });
});

test('of keys and plans that are deleted nothing is kept', async () => {
  for (const remove of ['DeleteApiKey', 'DeleteUsagePlan', 'DeleteUsagePlanKey']) {
    const { call, named, take, kept, flush } = await subscribed({ limit: 9, period: 'DAY' });
    take();
    await flush();
    assert.equal(await kept(), 2);
    take();
    await call(remove, { ...named, apiKey: named.keyId });
    await flush();
    assert.equal(await kept(), 0, remove);
  }
});
