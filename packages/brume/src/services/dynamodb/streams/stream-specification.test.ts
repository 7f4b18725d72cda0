import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateTableInput } from '../../../model/generated/dynamodb.types.ts';
import { openTestDatabase } from '../database.fixture.ts';

const TABLE = {
  TableName: 'table',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableInput;
const KEYS_ONLY = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const;
const invalid = (detail: string) => `One or more parameter values were invalid: ${detail}`;

// aws-controllers-k8s's findings about DynamoDB, 2026-10.
test('a table is not created with a stream that makes no sense', async () => {
  const { call, refuses } = openTestDatabase();
  const enabled = 'Table is being created with a stream enabled, UpdateViewType is required';
  const disabled =
    'Table is being created with a stream disabled, UpdateViewType should not be specified';
  for (const [StreamSpecification, detail] of [
    [{ StreamEnabled: true }, enabled],
    [{ ...KEYS_ONLY, StreamEnabled: false }, disabled],
  ] as const) {
    const { code, message } = await refuses('CreateTable', { ...TABLE, StreamSpecification });
    assert.deepEqual([code, message], ['ValidationException', invalid(detail)]);
  }
  const none = { ...TABLE, StreamSpecification: { StreamEnabled: false } };
  const { TableDescription } = await call('CreateTable', none);
  assert.equal(TableDescription?.LatestStreamArn, undefined);
  assert.equal(TableDescription?.StreamSpecification, undefined);
});

// Verified against AWS 2026-10-09 (aws-controllers-k8s), the last two from its list of messages.
test('a stream is not changed in ways that make no sense', async () => {
  const { call, refuses } = openTestDatabase();
  await call('CreateTable', { ...TABLE, TableName: 'plain' });
  await call('CreateTable', { ...TABLE, StreamSpecification: KEYS_ONLY });
  const TableName = 'plain';
  const Delete = { IndexName: 'index' };
  const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const refusals = [
    [
      { TableName, StreamSpecification: { StreamEnabled: true } },
      invalid('If stream is being enabled then UpdateViewType is required'),
    ],
    [
      { TableName, StreamSpecification: { ...KEYS_ONLY, StreamEnabled: false } },
      invalid('If stream is being disabled, then UpdateViewType must not be specified'),
    ],
    [
      { TableName, StreamSpecification: { StreamEnabled: false } },
      'Table has no stream to disable: TableName: plain',
    ],
    [
      { TableName: 'table', StreamSpecification: KEYS_ONLY },
      'Table already has an enabled stream: TableName: table',
    ],
    [
      { TableName, StreamSpecification: KEYS_ONLY, ProvisionedThroughput: units },
      invalid('You cannot modify stream status while updating table IOPS'),
    ],
    [
      { TableName, StreamSpecification: KEYS_ONLY, GlobalSecondaryIndexUpdates: [{ Delete }] },
      invalid('You cannot create or delete index while changing stream status'),
    ],
  ] as const;
  for (const [input, expected] of refusals) {
    const { code, message } = await refuses('UpdateTable', structuredClone(input) as never);
    assert.deepEqual([code, message], ['ValidationException', expected]);
  }
});

test('tables show their latest stream, and specify it while it is enabled', async () => {
  const { call, advance } = openTestDatabase();
  const TableName = 'table';
  await call('CreateTable', TABLE);
  const seen = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const { TableDescription: on } = await call('UpdateTable', {
      TableName,
      StreamSpecification: KEYS_ONLY,
    });
    assert.deepEqual(on?.StreamSpecification, KEYS_ONLY);
    assert.equal(on.LatestStreamArn, `${on.TableArn}/stream/${on.LatestStreamLabel}`);
    seen.add(on.LatestStreamArn);
    const { TableDescription: off } = await call('UpdateTable', {
      TableName,
      StreamSpecification: { StreamEnabled: false },
    });
    assert.equal(off?.StreamSpecification, undefined);
    assert.equal(off?.LatestStreamArn, on.LatestStreamArn);
    advance(round);
  }
  assert.equal(seen.size, 3);
});
