import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED } from '../database.fixture.ts';
import { DISABLED_REMEMBERED_MAX, STATUS_CHANGE_MS } from '../kinesis/limits.ts';
import { TimedDatabase } from '../timed-database.fixture.ts';

const TableName = 'table';
const STATE =
  'ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: ';

function destination(name: string) {
  return { TableName, StreamArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${name}` };
}

async function statuses(database: TimedDatabase) {
  const { KinesisDataStreamDestinations: all = [] } = await database.call(
    'DescribeKinesisStreamingDestination',
    { TableName },
  );
  return all.map(({ StreamArn: arn, DestinationStatus: status }) => {
    return `${arn?.split('/')[1]} ${status}`;
  });
}

test('a destination is enabled, changed and disabled, as the clock goes on', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const one = destination('one');
  assert.deepEqual(await database.call('EnableKinesisStreamingDestination', one), {
    ...one,
    DestinationStatus: 'ENABLING',
    EnableKinesisStreamingConfiguration: {},
  });
  assert.deepEqual(await statuses(database), ['one ENABLING']);
  const early = await database.refusal('DisableKinesisStreamingDestination', one);
  assert.equal(
    early,
    `${STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.`,
  );
  database.nowMs += STATUS_CHANGE_MS;
  await database.reopen();
  const { KinesisDataStreamDestinations: described } = await database.call(
    'DescribeKinesisStreamingDestination',
    { TableName },
  );
  assert.deepEqual(described, [
    {
      StreamArn: one.StreamArn,
      DestinationStatus: 'ACTIVE',
      DestinationStatusDescription: 'Brume has no Kinesis: nothing is delivered to this stream.',
    },
  ]);
  assert.match(
    await database.refusal('EnableKinesisStreamingDestination', one),
    /must be DISABLED or ENABLE_FAILED to perform ENABLE operation\.$/,
  );
  const precision = { ApproximateCreationDateTimePrecision: 'MICROSECOND' } as const;
  const finer = { ...one, UpdateKinesisStreamingConfiguration: precision };
  assert.deepEqual(await database.call('UpdateKinesisStreamingDestination', finer), {
    ...finer,
    DestinationStatus: 'UPDATING',
  });
  database.nowMs += STATUS_CHANGE_MS;
  assert.match(
    await database.refusal('UpdateKinesisStreamingDestination', finer),
    /^ValidationException: Invalid Request: Precision is already set to the desired value of MICRO/,
  );
  const disabled = await database.call('DisableKinesisStreamingDestination', one);
  assert.deepEqual(disabled, { ...one, DestinationStatus: 'DISABLING' });
  assert.deepEqual(await statuses(database), ['one DISABLING']);
  database.nowMs += STATUS_CHANGE_MS;
  assert.deepEqual(await statuses(database), ['one DISABLED']);
  await database.call('EnableKinesisStreamingDestination', one);
  assert.deepEqual(await statuses(database), ['one ENABLING']);
  await database.close();
});

test('a table has two destinations at once, and forgets old ones', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  await database.call('EnableKinesisStreamingDestination', destination('kept'));
  for (let at = 0; at < DISABLED_REMEMBERED_MAX + 3; at++) {
    const one = destination(`d${at}`);
    await database.call('EnableKinesisStreamingDestination', one);
    const third = await database.refusal('EnableKinesisStreamingDestination', destination('third'));
    assert.match(third, /^LimitExceededException: /);
    database.nowMs += STATUS_CHANGE_MS;
    await database.call('DisableKinesisStreamingDestination', one);
    database.nowMs += STATUS_CHANGE_MS;
  }
  const left = await statuses(database);
  assert.equal(left.length, 1 + DISABLED_REMEMBERED_MAX + 1);
  assert.equal(left[0], 'kept ACTIVE');
  await database.close();
});

test('what is no stream, or no destination, is refused', async () => {
  const database = new TimedDatabase();
  await database.call('CreateTable', INDEXED);
  const wrong = { TableName, StreamArn: 'arn:aws:sqs:us-east-1:000000000000:queue/one' };
  assert.match(
    await database.refusal('EnableKinesisStreamingDestination', wrong),
    /^ValidationException: Invalid StreamArn/,
  );
  const unknown = destination('unknown');
  const missing = `${STATE}No streaming destination with streamArn: ${unknown.StreamArn} found for table with tableName: table`;
  assert.equal(await database.refusal('DisableKinesisStreamingDestination', unknown), missing);
  assert.match(
    await database.refusal('UpdateKinesisStreamingDestination', unknown),
    /UpdateKinesisStreamingConfiguration cannot be null or contain only null values$/,
  );
  const elsewhere = { ...unknown, TableName: 'nowhere' };
  assert.equal(
    await database.refusal('EnableKinesisStreamingDestination', elsewhere),
    'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
  );
  await database.close();
});
