/** Recordings of streams of tables as event sources. */
import {
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';
import {
  arn,
  create,
  events,
  inState,
  keyed,
  map,
  mapping,
  ONE,
  PRINT,
  QUEUE,
  table,
  type Item,
  type Settings,
} from './event-source-parts.ts';
import { type Script } from './recordings.ts';

const ITEM = { my_partition_key: { S: 'hello world' }, binary_key: { B: Buffer.from('foobar') } };

const records: Script = async (play) => {
  const { EventSourceArn, put } = await table(
    play,
    'my_partition_key',
    'NEW_IMAGE',
    'create-table-result',
  );
  await create(play, PRINT);
  await play.step('create_event_source_mapping_response', map(play, { EventSourceArn, ...ONE }));
  await put(ITEM);
  await play.step('event_logs', events(play, 1));
};

const disabled: Script = async (play) => {
  const name = 'dynamodb_create_table_result';
  const { EventSourceArn, put } = await table(play, 'id', 'NEW_IMAGE', name);
  await create(play, PRINT);
  const window = { MaximumBatchingWindowInSeconds: 1 };
  const created = map(play, { EventSourceArn, ...window });
  const { UUID } = await play.step('create_event_source_mapping_result', created);
  await put({ id: { S: '1' } });
  await until(async () => (await mapping(play, UUID)).LastProcessingResult === 'OK');
  const change = new UpdateEventSourceMappingCommand({ UUID, Enabled: false });
  await play.step('update_event_source_mapping_result', play.client.send(change));
};

const deletion: Script = async (play) => {
  const name = 'create_dynamodb_table_response';
  const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE', name);
  await create(play);
  const created = map(play, { EventSourceArn });
  const { UUID } = await play.step('create_event_source_mapping_result', created);
  await inState(play, UUID, 'Enabled');
  const list = play.client.send(new ListEventSourceMappingsCommand({ EventSourceArn }));
  await play.step('list_event_source_mapping_result', list);
};

const duplicate: Script = async (play) => {
  const name = 'create-table-result';
  const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE', name);
  await create(play);
  const settings = { EventSourceArn, MaximumBatchingWindowInSeconds: 1, MaximumRetryAttempts: 1 };
  await play.step('create', map(play, settings));
  await play.step('error', map(play, settings));
};

/** Two changes, of which the function is given those that the recorded pattern lets through. */
function filtered(
  pattern: unknown,
  change: (made: Awaited<ReturnType<typeof table>>) => readonly (() => Promise<unknown>)[],
): Script {
  return async (play) => {
    const made = await table(play, 'id', 'NEW_AND_OLD_IMAGES', 'table_creation_response');
    await create(play, PRINT);
    const { EventSourceArn } = made;
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify(pattern) }] };
    const created = map(play, { EventSourceArn, FilterCriteria, ...ONE });
    const { UUID } = await play.step('create_event_source_mapping_response', created, {
      // It depends on the time; its answer is the pattern of the request.
      except: JSON.stringify(pattern).includes('ApproximateCreationDateTime')
        ? ['FilterCriteria']
        : [],
    });
    const [first, second] = change(made);
    await inState(play, UUID, 'Enabled');
    await first?.();
    await play.step('lambda-log-events', events(play, 1));
    await second?.();
    const all = play.recorded('lambda-multiple-log-events') as unknown[];
    await play.step('lambda-multiple-log-events', events(play, all.length));
  };
}

const id = (value: string, more: Item = {}) => ({ id: { S: value }, ...more });
const image = (members: object) => ({ dynamodb: { NewImage: members } });
const PRESENT = { presentKey: { S: 'presentValue' } };
type Filtered = Parameters<typeof filtered>;
const puts =
  (first: Item, second: Item): Filtered[1] =>
  ({ put }) => [() => put(first), () => put(second)];

const filters: Readonly<Record<string, Filtered>> = {
  content_or_filter: [
    { eventName: ['INSERT', 'MODIFY'] },
    ({ put, change }) => [
      () => put(id('id_value')),
      () => change(id('id_value'), 'id2', { S: 'id2_new_value' }),
    ],
  ],
  content_filter_type: [
    image({ presentKey: { S: ['presentValue'] } }),
    puts(id('id_value_1', PRESENT), id('id_value_2')),
  ],
  exists_filter_type: [
    image({ presentKey: { S: [{ exists: true }] } }),
    puts(id('id_value_1', PRESENT), id('id_value_2')),
  ],
  exists_false_filter: [
    image({ presentKey: [{ exists: false }] }),
    puts(id('id_value_1'), id('id_value_2', PRESENT)),
  ],
  numeric_filter: [
    image({ numericFilter: { N: [{ numeric: ['>', 100] }, { 'anything-but': '101' }] } }),
    puts(
      id('id_value_1', { numericFilter: { N: '42' } }),
      id('id_value_2', { numericFilter: { N: '101' } }),
    ),
  ],
  date_time_conversion: [
    { dynamodb: { ApproximateCreationDateTime: [{ numeric: ['>', 1_700_000_000] }] } },
    puts(id('id_value_1'), id('id_value_2')),
  ],
};

const ARN_MEMBER = 'EventSourceMappingArn';

/** The record is in Brume's log, in the place of the queue that is not there. */
function givenUp(
  Destination: string,
  code: string,
  settings: Settings,
  first = 'create_table_response',
): Script {
  return async (play) => {
    const answers = [first, 'update_table_response'].filter((name) => play.recorded(name));
    const { EventSourceArn, put } = await table(play, 'my_partition_key', 'NEW_IMAGE', ...answers);
    await create(play, code);
    const DestinationConfig = { OnFailure: { Destination } };
    const created = map(play, { EventSourceArn, ...ONE, DestinationConfig, ...settings });
    const name = 'create_event_source_mapping_response';
    const recorded = play.recorded(name) as Settings | undefined;
    // One was recorded before mappings had ARNs of their own.
    const except = Object.hasOwn(recorded ?? {}, ARN_MEMBER) ? [] : [ARN_MEMBER];
    if (recorded) await play.step(name, created, { except });
    else await created;
    await put(ITEM);
    // The pauses between attempts pass at once.
    for (let made = 1; made <= (settings.MaximumRetryAttempts ?? 1); made++) {
      await events(play, made);
      await play.pass(10_000);
    }
    if (play.recorded('record_body')) play.leaveOut('there is no S3', 'record_body');
    const messages = ['destination_queue_messages', 'failure_sns_message'];
    for (const step of messages.filter((each) => play.recorded(each))) {
      await play.step(step, play.logged('failure'), { at: bodyOf });
    }
    const given = play.recorded('dynamodb_events') as unknown[] | undefined;
    if (given) await play.step('dynamodb_events', events(play, given.length));
  };
}

/** What a queue or a topic has around the record is theirs. */
function bodyOf(recorded: unknown): unknown {
  const { Messages, Message } = recorded as { Messages?: { Body: unknown }[]; Message?: unknown };
  return Messages?.[0]?.Body ?? Message ?? recorded;
}

const FAILING = `${PRINT}    raise Exception('this is on purpose')\n`;
const answering = (json: string) => `${PRINT}    return json.loads('${json}')\n`;
const failures = (identifier: string) => answering(`{"batchItemFailures": [${identifier}]}`);

const failing: Readonly<Record<string, string>> = {
  empty_string_item_identifier_failure: failures('{"itemIdentifier": ""}'),
  null_item_identifier_failure: failures('{"itemIdentifier": null}'),
  invalid_key_foo_failure: failures('{"foo": "123"}'),
  item_identifier_not_present_failure: failures('{"itemIdentifier": "not-there"}'),
  unhandled_exception_in_function: FAILING,
};

const succeeding: Readonly<Record<string, string>> = {
  null_success: answering('null'),
  empty_batch_item_failure_success: answering('{"batchItemFailures": []}'),
  null_batch_item_failure_success: answering('{"batchItemFailures": null}'),
};

const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] } satisfies Settings;

const succeeds = (code: string): Script => {
  return async (play) => {
    const first = 'create-table-result';
    const { EventSourceArn, put } = await table(play, 'my_partition_key', 'NEW_IMAGE', first);
    await create(play, code);
    const { UUID } = await map(play, { EventSourceArn, ...ONE, ...REPORTS });
    await put(ITEM);
    await until(async () => (await mapping(play, UUID)).LastProcessingResult === 'OK');
    await play.step('dynamodb_events', events(play, 1));
  };
};

const D = 'TestDynamoDBEventSourceMapping::test';

/** Of lambda_integration_dynamodbstreams.json. */
export const streams: Readonly<Record<string, Script>> = {
  [`${D}_dynamodb_event_source_mapping`]: records,
  [`${D}_disabled_dynamodb_event_source_mapping`]: disabled,
  [`${D}_deletion_event_source_mapping_with_dynamodb`]: deletion,
  [`${D}_duplicate_event_source_mappings`]: duplicate,
  ...keyed(filters, `${D}_dynamodb_event_filter`, ([pattern, change]) => filtered(pattern, change)),
  [`${D}_dynamodb_event_source_mapping_with_on_failure_destination_config`]: givenUp(
    QUEUE,
    FAILING,
    {},
  ),
  [`${D}_dynamodb_event_source_mapping_with_sns_on_failure_destination_config`]: givenUp(
    arn('sns', 'my-topic'),
    FAILING,
    {},
  ),
  [`${D}_dynamodb_event_source_mapping_with_s3_on_failure_destination`]: givenUp(
    'arn:aws:s3:::my-bucket',
    FAILING,
    {},
  ),
  [`${D}_dynamodb_report_batch_item_failures_with_on_failure_destination_config`]: givenUp(
    QUEUE,
    failures('{"itemIdentifier": "" }'),
    { ...REPORTS, BatchSize: 3, MaximumRetryAttempts: 3 },
  ),
  ...keyed(failing, `${D}_dynamodb_report_batch_item_failure_scenarios`, (code) =>
    givenUp(QUEUE, code, { ...REPORTS, MaximumRetryAttempts: 3 }, 'create-table-result'),
  ),
  ...keyed(succeeding, `${D}_dynamodb_report_batch_item_success_scenarios`, succeeds),
};
