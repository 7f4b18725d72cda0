import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamViewType } from '../../model/generated/dynamodb.types.ts';
import type { DynamoDBStreamsOperations } from '../../model/generated/dynamodbstreams.types.ts';
import { TEST_CONTEXT } from '../dynamodb/database.fixture.ts';
import { HOUR_MS, key, keysOf, numbersOf, openStreams, TABLE } from './streams.fixture.ts';

test('a stream has the images that its view type says', async () => {
  const item = { ...key('a'), n: { N: '1' } };
  const changed = { ...key('a'), n: { N: '2' } };
  const images: Record<StreamViewType, unknown[]> = {
    KEYS_ONLY: [{}, {}, {}],
    NEW_IMAGE: [{ NewImage: item }, { NewImage: changed }, {}],
    OLD_IMAGE: [{}, { OldImage: item }, { OldImage: changed }],
    NEW_AND_OLD_IMAGES: [
      { NewImage: item },
      { NewImage: changed, OldImage: item },
      { OldImage: changed },
    ],
  };
  for (const [view, expected] of Object.entries(images) as [StreamViewType, unknown[]][]) {
    const { call, createTable, put, ...database } = openStreams();
    const arn = await createTable(view);
    await put(item);
    await put(changed);
    await call('DeleteItem', { TableName: 'table', Key: key('a') });
    const records = await database.records(arn);
    const found = records.map(({ eventName, dynamodb = {} }) => {
      const { NewImage, OldImage, Keys, StreamViewType, SizeBytes } = dynamodb;
      assert.deepEqual(Keys, key('a'));
      assert.equal(StreamViewType, view);
      // Three bytes for the key, and six for each image.
      assert.equal(SizeBytes, 3 + (NewImage ? 6 : 0) + (OldImage ? 6 : 0));
      return { eventName, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) };
    });
    const names = ['INSERT', 'MODIFY', 'REMOVE'];
    assert.deepEqual(
      found,
      expected.map((image, at) => ({ eventName: names[at], ...(image as object) })),
    );
  }
});

test('what changes nothing leaves no record', async () => {
  const { call, createTable, put, refuses, ...database } = openStreams();
  const arn = await createTable();
  const TableName = 'table';
  await put({ ...key('a'), s: { SS: ['x', 'y'] } });
  await put({ s: { SS: ['y', 'x'] }, ...key('a') });
  await call('UpdateItem', { TableName, Key: key('a') });
  await call('DeleteItem', { TableName, Key: key('none') });
  const condition = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
  await refuses(
    'PutItem',
    { ...condition, Item: { ...key('a'), n: { N: '1' } } },
    'ConditionalCheckFailedException',
  );
  const TransactItems = [
    { Put: { TableName, Item: key('b') } },
    { Put: { ...condition, Item: { ...key('a'), n: { N: '1' } } } },
  ];
  await refuses('TransactWriteItems', { TransactItems }, 'TransactionCanceledException');
  assert.deepEqual(keysOf(await database.records(arn)), ['a']);
});

test('a transaction over several tables leaves one record for each item that has a stream', async () => {
  const { call, createTable, ...database } = openStreams();
  const [one, two] = [
    await createTable('KEYS_ONLY', { TableName: 'one' }),
    await createTable('NEW_IMAGE', { TableName: 'two' }),
  ];
  await call('CreateTable', { ...TABLE, TableName: 'none' });
  const put = (TableName: string, pk: string) => ({ Put: { TableName, Item: key(pk) } });
  const TransactItems = [put('two', 'a'), put('none', 'b'), put('one', 'c'), put('two', 'd')];
  await call('TransactWriteItems', { TransactItems });
  assert.deepEqual(keysOf(await database.records(one)), ['c']);
  assert.deepEqual(keysOf(await database.records(two)), ['a', 'd']);
});

test('names that are special to JavaScript are attributes like others', async () => {
  const { createTable, put, ...database } = openStreams();
  const arn = await createTable();
  const item = JSON.parse('{"pk":{"S":"a"},"__proto__":{"S":"x"},"constructor":{"N":"1"}}');
  await put(item);
  const [record] = await database.records(arn);
  assert.equal(JSON.stringify(record?.dynamodb?.NewImage), JSON.stringify(item));
});

test('what time to live removes says so', async () => {
  const { call, createTable, put, advance, runTimers, port, ...database } = openStreams();
  const arn = await createTable();
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'due' };
  await call('UpdateTimeToLive', { TableName: 'table', TimeToLiveSpecification });
  await put({ ...key('a'), due: { N: String(Date.UTC(2026, 10, 22) / 1000 + 60) } });
  await put(key('b'));
  await call('DeleteItem', { TableName: 'table', Key: key('b') });
  advance(HOUR_MS);
  const changed = new Promise<void>((resolve) => port.subscribe(arn, resolve));
  runTimers();
  await changed;
  const records = await database.records(arn);
  assert.deepEqual(
    records.map(({ eventName, userIdentity }) => [eventName, userIdentity]),
    [
      ['INSERT', undefined],
      ['INSERT', undefined],
      ['REMOVE', undefined],
      ['REMOVE', { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' }],
    ],
  );
});

test('shards roll after four hours, children after their parents', async () => {
  const { call, createTable, put, advance, ...database } = openStreams();
  const StreamArn = await createTable();
  for (const pk of ['a', 'b', 'c']) {
    await put(key(pk));
    await put(key(`${pk}2`));
    advance(4 * HOUR_MS);
  }
  const [first, second, third, ...more] = await database.shards(StreamArn);
  assert.deepEqual(more, []);
  assert.equal(first?.ParentShardId, undefined);
  assert.equal(second?.ParentShardId, first?.ShardId);
  assert.equal(third?.ParentShardId, second?.ShardId);
  assert.equal(third?.SequenceNumberRange?.EndingSequenceNumber, undefined);
  const ids = [first, second, third].map((shard) => shard?.ShardId ?? '');
  assert.deepEqual(ids.toSorted(), ids);
  for (const id of ids) assert.match(id, /^shardId-\d{20}-[0-9a-f]{8}$/);
  for (const [at, pks] of [
    ['a', 'a2'],
    ['b', 'b2'],
  ].entries()) {
    const ShardIterator = await database.iterator(StreamArn, 'TRIM_HORIZON', undefined, at);
    const page = await call('GetRecords', { ShardIterator });
    assert.deepEqual(keysOf(page.Records ?? []), pks);
    assert.equal(page.NextShardIterator, undefined, 'a closed shard that was read has no more');
    const range = [first, second][at]?.SequenceNumberRange;
    for (const number of numbersOf(page.Records ?? [])) {
      assert.ok(number >= (range?.StartingSequenceNumber ?? ''));
      assert.ok(number <= (range?.EndingSequenceNumber ?? ''));
    }
  }
  const page = await call('DescribeStream', { StreamArn, Limit: 2 });
  assert.deepEqual(page.StreamDescription?.LastEvaluatedShardId, second?.ShardId);
  const rest = { StreamArn, ExclusiveStartShardId: second?.ShardId };
  const { StreamDescription: last } = await call('DescribeStream', rest);
  assert.deepEqual([last?.Shards, last?.LastEvaluatedShardId], [[third], undefined]);
  const end = await call('DescribeStream', { ...rest, ExclusiveStartShardId: third?.ShardId });
  assert.deepEqual(end.StreamDescription?.Shards, []);
  for (const [at, ShardId] of ids.entries()) {
    const ShardFilter = { Type: 'CHILD_SHARDS' as const, ShardId };
    const children = await call('DescribeStream', { StreamArn, ShardFilter });
    const expected = at === 2 ? [] : [[second, third][at]];
    assert.deepEqual(children.StreamDescription?.Shards, expected);
  }
});

test('an iterator stands where it was asked to, and goes on from there', async () => {
  const { call, createTable, put, ...database } = openStreams();
  const arn = await createTable();
  for (const pk of ['a', 'b', 'c']) await put(key(pk));
  let latest = await database.iterator(arn, 'LATEST');
  const numbers = numbersOf(await database.records(arn));
  assert.equal(numbers.length, 3);
  const after = await database.records(arn, 'AFTER_SEQUENCE_NUMBER', numbers[1]);
  assert.deepEqual(keysOf(after), ['c']);
  const at = await database.records(arn, 'AT_SEQUENCE_NUMBER', numbers[1]);
  assert.deepEqual(keysOf(at), ['b', 'c']);
  for (const pk of ['d', 'e']) {
    const empty = await call('GetRecords', { ShardIterator: latest });
    assert.deepEqual(empty.Records, []);
    await put(key(pk));
    const next = await call('GetRecords', { ShardIterator: empty.NextShardIterator ?? '' });
    assert.deepEqual(keysOf(next.Records ?? []), [pk]);
    latest = next.NextShardIterator ?? '';
  }
  const one = await call('GetRecords', {
    ShardIterator: await database.iterator(arn, 'TRIM_HORIZON'),
    Limit: 1,
  });
  const two = await call('GetRecords', { ShardIterator: one.NextShardIterator ?? '', Limit: 2 });
  assert.deepEqual(keysOf([...(one.Records ?? []), ...(two.Records ?? [])]), ['a', 'b', 'c']);
});

test('a page has a megabyte at most, and one record at least', async () => {
  const { call, createTable, put, ...database } = openStreams();
  const arn = await createTable();
  const large = (n: number) => ({ ...key(`${n}`), s: { S: `${n}`.repeat(399_000) } });
  for (let n = 0; n < 4; n++) await put(large(n));
  await call('PutItem', { TableName: 'table', Item: { ...large(9), ...key('0') } });
  let ShardIterator: string | undefined = await database.iterator(arn, 'TRIM_HORIZON');
  const pages: (string | undefined)[][] = [];
  while (ShardIterator !== undefined) {
    const page: DynamoDBStreamsOperations['GetRecords']['output'] = await call('GetRecords', {
      ShardIterator,
    });
    if (page.Records?.length === 0) break;
    pages.push(keysOf(page.Records ?? []));
    ShardIterator = page.NextShardIterator;
  }
  assert.deepEqual(pages, [['0', '1'], ['2', '3'], ['0']]);
});

test('iterators end after 15 minutes, and made up ones never begin', async () => {
  const { createTable, advance, refuses, ...database } = openStreams();
  const arn = await createTable();
  const ShardIterator = await database.iterator(arn, 'LATEST');
  advance(15 * 60 * 1000);
  assert.deepEqual((await database.call('GetRecords', { ShardIterator })).Records, []);
  advance(1);
  await refuses('GetRecords', { ShardIterator }, 'ExpiredIteratorException');
  const [streamArn, version, position = ''] = ShardIterator.split('|');
  const forged = [
    'x',
    '||',
    `${arn}|1|`,
    `${arn}|2|${position}`,
    `${ShardIterator}|`,
    ...['[]', 'null', '[1,2,3,4]', '["s","1",false,0]'].map((json) =>
      [streamArn, version, Buffer.from(json).toString('base64')].join('|'),
    ),
  ];
  for (const text of forged) {
    await refuses('GetRecords', { ShardIterator: text }, 'ValidationException');
  }
  const limited = { ShardIterator: await database.iterator(arn, 'LATEST'), Limit: 1001 };
  await refuses('GetRecords', limited, 'ValidationException', /less than or equal to 1000$/);
});

test('places that are none are refused', async () => {
  const { createTable, put, refuses, ...database } = openStreams();
  const StreamArn = await createTable();
  await put(key('a'));
  const [ShardId = ''] = (await database.shards(StreamArn)).map((shard) => shard.ShardId);
  const at = { StreamArn, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const;
  await refuses('GetShardIterator', at, 'ValidationException');
  for (const SequenceNumber of ['9'.repeat(21), '1'.repeat(40), '0'.repeat(21), 'x'.repeat(21)]) {
    await refuses('GetShardIterator', { ...at, SequenceNumber }, 'ValidationException');
  }
  const SequenceNumber = '1'.padEnd(21, '0');
  const latest = { ...at, ShardIteratorType: 'LATEST', SequenceNumber } as const;
  await refuses('GetShardIterator', latest, 'ValidationException');
  for (const other of [ShardId.replace(/.$/, '1'), ShardId.replace('-0', '-1'), 'x'.repeat(30)]) {
    await refuses(
      'GetShardIterator',
      { StreamArn, ShardId: other, ShardIteratorType: 'LATEST' },
      'ResourceNotFoundException',
      'Requested resource not found: Shard does not exist',
    );
  }
  const nowhere = 'n'.repeat(40);
  await refuses(
    'DescribeStream',
    { StreamArn: nowhere },
    'ValidationException',
    'Invalid StreamArn',
  );
  const listed = { ExclusiveStartStreamArn: nowhere };
  await refuses('ListStreams', listed, 'ValidationException', 'Invalid StreamArn');
  await refuses('ListStreams', { Limit: 101 }, 'ValidationException');
  await refuses('DescribeStream', { StreamArn, Limit: 101 }, 'ValidationException');
  const [region, account] = [
    StreamArn.replace('us-east-1', 'eu-west-1'),
    StreamArn.replace('000000000000', '111111111111'),
  ];
  await refuses('DescribeStream', { StreamArn: region }, 'ResourceNotFoundException');
  await refuses('DescribeStream', { StreamArn: account }, 'AccessDeniedException');
});

test('streams are listed by table and label, in pages, of one region', async () => {
  const { call, createTable } = openStreams();
  const tables = ['bbb', 'aaa', 'aaa-b', 'ccc'];
  const arns = new Map<string, string>();
  for (const name of tables) arns.set(name, await createTable('KEYS_ONLY', { TableName: name }));
  const listed: string[] = [];
  let start: string | undefined;
  do {
    const input = { Limit: 1, ExclusiveStartStreamArn: start };
    const page: DynamoDBStreamsOperations['ListStreams']['output'] = await call(
      'ListStreams',
      input,
    );
    listed.push(...(page.Streams ?? []).map(({ StreamArn = '' }) => StreamArn));
    start = page.LastEvaluatedStreamArn;
  } while (start !== undefined);
  assert.deepEqual(
    listed,
    ['aaa', 'aaa-b', 'bbb', 'ccc'].map((name) => arns.get(name)),
  );
  const { Streams: ofOne } = await call('ListStreams', { TableName: 'aaa' });
  const StreamArn = arns.get('aaa');
  assert.deepEqual(ofOne, [
    { StreamArn, TableName: 'aaa', StreamLabel: '2026-11-22T00:00:00.000' },
  ]);
  assert.deepEqual((await call('ListStreams', { TableName: 'none' })).Streams, []);
  const elsewhere = { ...TEST_CONTEXT, region: 'eu-west-1' };
  assert.deepEqual((await call('ListStreams', {}, elsewhere)).Streams, []);
});

test('records are trimmed after 24 hours, and their shards with them', async () => {
  const { call, createTable, put, refuses, advance, trim, ...database } = openStreams();
  const StreamArn = await createTable();
  await put(key('a'));
  advance(HOUR_MS);
  await put(key('b'));
  const [first = '', second = ''] = numbersOf(await database.records(StreamArn));
  const [shard] = await database.shards(StreamArn);
  advance(22 * HOUR_MS);
  await put(key('c'));
  advance(HOUR_MS);
  const horizon = await database.iterator(StreamArn, 'TRIM_HORIZON');
  const atFirst = await database.iterator(StreamArn, 'AT_SEQUENCE_NUMBER', first);
  const afterFirst = await database.iterator(StreamArn, 'AFTER_SEQUENCE_NUMBER', first);
  await trim();
  const left = await call('GetRecords', { ShardIterator: horizon });
  assert.deepEqual(keysOf(left.Records ?? []), ['b']);
  const message = 'The data you are trying to access has been trimmed';
  const trimmed = 'TrimmedDataAccessException';
  await refuses('GetRecords', { ShardIterator: atFirst }, trimmed, message);
  const kept = await call('GetRecords', { ShardIterator: afterFirst });
  assert.deepEqual(keysOf(kept.Records ?? []), ['b']);
  const position = { StreamArn, ShardId: shard?.ShardId ?? '' };
  const at = { ...position, ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const };
  await refuses('GetShardIterator', { ...at, SequenceNumber: first }, trimmed, message);
  const reached = await call('GetShardIterator', { ...at, SequenceNumber: second });
  advance(HOUR_MS);
  await trim();
  assert.deepEqual(
    (await database.shards(StreamArn)).map(({ ParentShardId }) => ParentShardId),
    [shard?.ShardId],
  );
  await refuses('GetShardIterator', { ...at, SequenceNumber: second }, 'ResourceNotFoundException');
  assert.ok(reached.ShardIterator);
  assert.deepEqual(keysOf(await database.records(StreamArn)), ['c']);
  advance(24 * HOUR_MS);
  await trim();
  assert.deepEqual(await database.records(StreamArn), []);
  await put(key('d'));
  const emptied = await database.iterator(StreamArn, 'TRIM_HORIZON');
  const none = await call('GetRecords', { ShardIterator: emptied });
  assert.deepEqual([none.Records, none.NextShardIterator], [[], undefined]);
  const last = await database.iterator(StreamArn, 'TRIM_HORIZON', undefined, -1);
  const { Records = [] } = await call('GetRecords', { ShardIterator: last });
  assert.deepEqual(keysOf(Records), ['d']);
  assert.ok((numbersOf(Records)[0] ?? '') > second, 'sequence numbers go on');
});

test('a reader who has begun is told that what comes next was trimmed', async () => {
  const { call, createTable, put, refuses, advance, trim, ...database } = openStreams();
  const arn = await createTable();
  for (const pk of ['a', 'b']) await put(key(pk));
  advance(24 * HOUR_MS - 1);
  const fresh = await database.iterator(arn, 'TRIM_HORIZON');
  const { Records = [], ...page } = await call('GetRecords', { ShardIterator: fresh, Limit: 1 });
  assert.deepEqual(keysOf(Records), ['a']);
  advance(1);
  await trim();
  const next = { ShardIterator: page.NextShardIterator ?? '' };
  await refuses('GetRecords', next, 'TrimmedDataAccessException');
  const passed = await call('GetRecords', { ShardIterator: fresh });
  assert.deepEqual(passed.Records, []);
  await put(key('c'));
  const ShardIterator = passed.NextShardIterator ?? '';
  const { NextShardIterator, ...closed } = await call('GetRecords', { ShardIterator });
  assert.deepEqual([closed.Records, NextShardIterator], [[], undefined], 'c is in the next shard');
});

test('the stream of a deleted table is there for 24 hours, then nothing of it is', async () => {
  const { call, createTable, put, refuses, advance, trim, store, ...database } = openStreams();
  const StreamArn = await createTable();
  await put(key('a'));
  advance(5 * HOUR_MS);
  await put(key('b'));
  await call('DeleteTable', { TableName: 'table' });
  const again = await createTable();
  await call('DeleteTable', { TableName: 'table' });
  assert.notEqual(await createTable(), again, 'though the clock has not moved');
  await call('DeleteTable', { TableName: 'table' });
  advance(24 * HOUR_MS - 1);
  const { StreamDescription } = await call('DescribeStream', { StreamArn });
  assert.equal(StreamDescription?.StreamStatus, 'DISABLED');
  const last = StreamDescription?.Shards?.at(-1);
  assert.ok(last?.SequenceNumberRange?.EndingSequenceNumber);
  const ShardIterator = await database.iterator(StreamArn, 'TRIM_HORIZON', undefined, -1);
  const page = await call('GetRecords', { ShardIterator });
  assert.deepEqual([keysOf(page.Records ?? []), page.NextShardIterator], [['b'], undefined]);
  advance(1);
  await refuses('DescribeStream', { StreamArn }, 'ResourceNotFoundException');
  await refuses('GetRecords', { ShardIterator }, 'ResourceNotFoundException');
  assert.deepEqual((await call('ListStreams', {})).Streams, []);
  await trim();
  const start = Buffer.alloc(0);
  const left = await store.range({ start, end: Buffer.of(0xff), limit: 10 });
  const isStream = (entry: { key: Uint8Array }) => Buffer.from(entry.key).includes('stream');
  assert.deepEqual(left.filter(isStream), []);
});

test('who listens is told of records that can be read, until they stop', async () => {
  const { createTable, put, port, ...database } = openStreams();
  const arn = await createTable();
  let told = 0;
  let tell = () => {};
  const stop = port.subscribe(arn, () => {
    told++;
    tell();
  });
  const heard = new Promise<void>((resolve) => (tell = resolve));
  await put(key('a'));
  await heard;
  assert.deepEqual(keysOf(await database.records(arn)), ['a']);
  stop();
  await put(key('b'));
  const marker = new Promise<void>((resolve) => port.subscribe(arn, resolve));
  await put(key('c'));
  await marker;
  assert.equal(told, 1);
});

test('a reader sees the shards that were when it looked the stream up', async () => {
  const { createTable, put, advance, port } = openStreams();
  const arn = await createTable();
  await put(key('a'));
  const stream = await port.find(arn);
  const [open] = (await stream?.shards(undefined, 10)) ?? [];
  advance(4 * HOUR_MS);
  await put(key('b'));
  const [same, ...more] = (await stream?.shards(undefined, 10)) ?? [];
  assert.deepEqual([same?.id, same?.endingSequenceNumber, more], [open?.id, undefined, []]);
  assert.equal((await stream?.shard(open?.id ?? ''))?.id, open?.id);
  const from = open?.startingSequenceNumber ?? '';
  const page = await open?.read(from, { records: 10, bytes: 1000 });
  assert.deepEqual(
    page?.records.map(({ keys }) => keys),
    ['{"pk":{"S":"a"}}'],
  );
  // It knew no end, and may ask again.
  assert.equal(page?.next, open?.nextSequenceNumber);
  const later = await port.find(arn);
  const [closed, child] = (await later?.shards(undefined, 10)) ?? [];
  assert.equal(closed?.endingSequenceNumber, open?.nextSequenceNumber);
  assert.equal(child?.parentId, closed?.id);
});
