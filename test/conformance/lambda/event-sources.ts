/** Recordings of event source mappings as resources, and of what is refused for other sources. */
import {
  CreateAliasCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  ListTagsCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { until } from '../../../packages/brume/src/services/lambda/service.fixture.ts';
import {
  arn,
  create,
  FunctionName,
  inState,
  keyed,
  map,
  mapping,
  ONE,
  QUEUE,
  table,
  TableName,
} from './event-source-parts.ts';
import { ACCOUNT, type Play, type Script } from './recordings.ts';

const lifecycle =
  (removesFunction: boolean): Script =>
  async (play) => {
    const { client } = play;
    const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE', 'update_table_response');
    await create(play);
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    const created = map(play, { EventSourceArn, DestinationConfig, ...ONE });
    const { UUID } = await play.step('create_response', created);
    await inState(play, UUID, 'Enabled');
    await play.step('get_response', mapping(play, UUID));
    if (removesFunction) {
      const removed = client.send(new DeleteFunctionCommand({ FunctionName }));
      await play.step('delete_function_response', removed);
      await play.step('get_response_post_delete', mapping(play, UUID));
    }
    const deleted = client.send(new DeleteEventSourceMappingCommand({ UUID }));
    await play.step('delete_response', deleted);
  };

const positions =
  (EventSourceArn: string): Script =>
  async (play) => {
    await create(play);
    play.bind('<table-name>', TableName);
    const at = (StartingPosition?: string) =>
      map(play, { EventSourceArn, StartingPosition: StartingPosition as 'LATEST' });
    await play.step('no_starting_position', at());
    await play.step('invalid_starting_position', at('invalid'));
    const name = 'incompatible_starting_position';
    if (play.recorded(name)) await play.step(name, at('AT_TIMESTAMP'));
  };

const emptyFilters: Script = async (play) => {
  const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE');
  await create(play);
  const settings = { FilterCriteria: { Filters: [] } };
  await play.step(
    'response-with-empty-filters',
    map(play, { EventSourceArn, StartingPosition: 'LATEST', ...settings }),
  );
};

/** A mapping to a stream, which is what Brume has for tags to be on. */
async function tagged(play: Play, Tags?: Record<string, string>) {
  const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE');
  await create(play);
  const { EventSourceMappingArn, UUID } = await map(play, { EventSourceArn, Tags });
  return { Resource: EventSourceMappingArn, UUID };
}

const tags: Script = async (play) => {
  const { client } = play;
  const { Resource } = await tagged(play);
  const then = async (step: string, answer: Promise<unknown>) => {
    await play.step(step, answer);
    const list = client.send(new ListTagsCommand({ Resource }));
    await play.step(`${step}_listtags`, list);
  };
  const tag = (step: string, Tags: Record<string, string>) =>
    then(`tag_${step}_response`, client.send(new TagResourceCommand({ Resource, Tags })));
  const untag = (step: string, ...TagKeys: string[]) =>
    then(`untag_${step}_response`, client.send(new UntagResourceCommand({ Resource, TagKeys })));
  await tag('single', { A: 'tag-a' });
  await tag('multiple', { B: 'tag-b', C: 'tag-c' });
  await tag('overlap', { C: 'tag-c-newsuffix', D: 'tag-d' });
  await untag('single', 'A');
  await untag('multiple', 'B', 'C');
  await untag('nonexisting', 'F');
  await untag('existing_and_nonexisting', 'D', 'F');
};

const tagOnCreate: Script = async (play) => {
  const { Resource, UUID } = await tagged(play, { testtag: 'value' });
  const isFound = mapping(play, UUID).then((found) => found.UUID === UUID);
  await play.step('get_event_source_mapping_with_tag', isFound);
  await play.step('list_tags_result', play.client.send(new ListTagsCommand({ Resource })));
};

/** Recorded with a queue: what the function is called in the answer is compared, with a stream. */
const names: Script = async (play) => {
  const { client } = play;
  const { EventSourceArn } = await table(play, 'id', 'NEW_IMAGE');
  await create(play);
  await client.send(new PublishVersionCommand({ FunctionName }));
  const alias = { FunctionName, Name: 'myalias', FunctionVersion: '1' };
  await client.send(new CreateAliasCommand(alias));
  const named = async (step: string, name: string) => {
    const { FunctionArn, UUID } = await map(play, { EventSourceArn, FunctionName: name });
    const at = (recorded: unknown) => (recorded as { FunctionArn: string }).FunctionArn;
    await play.step(step, Promise.resolve(FunctionArn), { at });
    await inState(play, UUID, 'Enabled');
    await client.send(new DeleteEventSourceMappingCommand({ UUID }));
    await until(() =>
      mapping(play, UUID).then(
        () => false,
        () => true,
      ),
    );
  };
  const partial = `${ACCOUNT}:function:${FunctionName}`;
  const full = arn('lambda', `function:${FunctionName}`);
  await named('name_only_create_esm', FunctionName);
  await named('partial_arn_latest_create_esm', `${partial}:$LATEST`);
  await named('partial_arn_version_create_esm', `${partial}:1`);
  await named('partial_arn_alias_create_esm', `${partial}:myalias`);
  await named('full_arn_latest_create_esm', full);
  await named('full_arn_version_create_esm', `${full}:1`);
  await named('full_arn_alias_create_esm', `${full}:myalias`);
};

const selfManaged: Script = async (play) => {
  await create(play);
  const Endpoints = { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000'] };
  const settings = { SelfManagedEventSource: { Endpoints }, Topics: ['topic'] };
  await play.step('missing-source-access-configuration', map(play, settings));
  play.leaveOut(
    'there is no Kafka',
    'event-source-mapping-default',
    'duplicate-source',
    'event-source-mapping-values',
    'multiple-duplicate-source',
  );
};

const queue = { EventSourceArn: QUEUE, StartingPosition: undefined };

const wrongFilter =
  (Pattern: string): Script =>
  async (play) => {
    await create(play);
    const FilterCriteria = { Filters: [{ Pattern }] };
    const refused = map(play, { ...queue, FilterCriteria });
    await play.step('create_event_source_mapping_exception', refused);
  };

const batchSizes: Script = async (play) => {
  await create(play);
  const name = 'invalid-create-event-source-mapping';
  await play.step(name, map(play, { ...queue, BatchSize: 11 }));
  const names = ['create-event-source-mapping', 'invalid-update-event-source-mapping'];
  play.leaveOut('there is no SQS', ...names);
};

const E = 'TestLambdaEventSourceMappings::test';

/** Of lambda_integration_sqs.json. */
export const queues: Readonly<Record<string, Script>> = {
  ...keyed(
    { None: 'null', 'simple string': 'simple string', invalid_filter3: '["a"]' },
    'TestSQSEventSourceMapping::test_sqs_invalid_event_filter',
    wrongFilter,
  ),
  'TestSQSEventSourceMapping::test_event_source_mapping_default_batch_size': batchSizes,
};

/** Of lambda_api.json. */
export const mappings: Readonly<Record<string, Script>> = {
  [`${E}_event_source_mapping_lifecycle`]: lifecycle(false),
  [`${E}_event_source_mapping_lifecycle_delete_function`]: lifecycle(true),
  [`${E}_create_event_source_validation`]: positions(
    arn('dynamodb', `table/${TableName}/stream/2025-11-25T00:00:00.000`),
  ),
  [`${E}_create_event_source_validation_kinesis`]: positions(arn('kinesis', 'stream/my-stream')),
  [`${E}_create_event_filter_criteria_validation`]: emptyFilters,
  [`${E}_create_event_source_self_managed`]: selfManaged,
  [`${E}_function_name_variations`]: names,
  'TestLambdaTag::test_tag_lifecycle[event_source_mapping]': tags,
  'TestLambdaTag::test_create_tag_on_esm_create': tagOnCreate,
};
