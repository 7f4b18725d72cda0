/** CreateTable: the table can be used as soon as it is answered, though the answer says CREATING. */
import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
  ProvisionedThroughput,
  SSESpecification,
} from '../../../model/generated/dynamodb.types.ts';
import type { Random } from '../../../environment/environment.ts';
import type { RequestContext } from '../../service.ts';
import { notSupportedYet, tableAlreadyExists } from '../errors.ts';
import { checkPolicy, nextRevision, policyKey, putPolicy } from '../policies/policy.ts';
import type { DynamoDBOperation } from '../state.ts';
import type {
  GlobalIndexDefinition,
  IndexDefinition,
  TableDefinition,
  Throughput,
} from '../tables/table.ts';
import { describeTable } from '../tables/table-description.ts';
import { checkNewTable, onDemandMembers } from '../tables/table-validation.ts';
import { checkNewStream, newStream, streamStarted } from '../streams/stream-specification.ts';
import { checkTags } from '../tables/tags.ts';
import { newVectorIndex } from '../vectors/vector-index-resource.ts';

export const createTable: DynamoDBOperation<'CreateTable'> = async (state, input, context) => {
  checkNewTable(input);
  checkTags(input.Tags ?? []);
  checkNewStream(input.StreamSpecification);
  checkSupported(input);
  const { ResourcePolicy: policy } = input;
  if (policy !== undefined) checkPolicy(policy);
  const { random, clock } = state.environment;
  const { TableName: name, StreamSpecification: asked } = input;
  const stream = await newStream(state.store, state.environment, context, name, asked);
  const nowMs = clock.nowMs();
  const table = newTable(input, context, random, nowMs);
  const definition = stream === undefined ? table : { ...table, stream };
  await state.catalog.change(name, context, (existing) => {
    if (existing !== undefined) throw tableAlreadyExists(name);
    const policies =
      policy === undefined
        ? []
        : [
            putPolicy(policyKey(context, name), {
              document: policy,
              revisionId: nextRevision(undefined, nowMs),
            }),
          ];
    const writes = [...streamStarted(definition, nowMs), ...policies];
    return { next: definition, writes, result: undefined };
  });
  if (stream !== undefined) state.streams.trimmer.watch();
  return { TableDescription: describeTable(definition, 'CREATING') };
};

function checkSupported(input: CreateTableInput): void {
  const { GlobalTableSourceArn: source, GlobalTableSettingsReplicationMode: mode } = input;
  if (source !== undefined || mode !== undefined) {
    throw notSupportedYet('global tables of several accounts');
  }
}

export function newTable(
  input: CreateTableInput,
  { accountId, region }: RequestContext,
  random: Random,
  nowMs: number,
): TableDefinition {
  const billingMode = input.BillingMode ?? 'PROVISIONED';
  return {
    tableId: random.uuid(),
    tableName: input.TableName,
    accountId,
    region,
    createdMs: nowMs,
    attributeDefinitions: input.AttributeDefinitions ?? [],
    keySchema: input.KeySchema ?? [],
    localIndexes: (input.LocalSecondaryIndexes ?? []).map((index) => newIndex(index, random)),
    globalIndexes: (input.GlobalSecondaryIndexes ?? []).map((index) => ({
      ...newGlobalIndex(index, random),
      backfilling: false,
    })),
    ...(input.VectorIndexes && {
      vectorIndexes: input.VectorIndexes.map((index) => newVectorIndex(index, random, false)),
    }),
    billingMode,
    ...(billingMode === 'PAY_PER_REQUEST' && { payPerRequestSinceMs: nowMs }),
    throughput: throughputOf(input.ProvisionedThroughput),
    ...(input.OnDemandThroughput &&
      onDemandMembers(input.OnDemandThroughput).length > 0 && {
        onDemandThroughput: input.OnDemandThroughput,
      }),
    ...(input.WarmThroughput && { warmThroughput: input.WarmThroughput }),
    ...(input.TableClass && { tableClass: input.TableClass }),
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    ...(input.SSESpecification && {
      encryption: withKey(input.SSESpecification, `arn:aws:kms:${region}:${accountId}`, random),
    }),
    tags: input.Tags ?? [],
  };
}

function newIndex(index: LocalSecondaryIndex, random: Random): IndexDefinition {
  return {
    indexId: random.uuid(),
    indexName: index.IndexName,
    keySchema: index.KeySchema,
    projection: index.Projection,
  };
}

export function newGlobalIndex(
  index: GlobalSecondaryIndex,
  random: Random,
): Omit<GlobalIndexDefinition, 'backfilling'> {
  return {
    ...newIndex(index, random),
    throughput: throughputOf(index.ProvisionedThroughput),
    ...(index.OnDemandThroughput && { onDemandThroughput: index.OnDemandThroughput }),
    ...(index.WarmThroughput && { warmThroughput: index.WarmThroughput }),
  };
}

function throughputOf(asked: ProvisionedThroughput | undefined): Throughput {
  return {
    readUnits: asked?.ReadCapacityUnits ?? 0,
    writeUnits: asked?.WriteCapacityUnits ?? 0,
  };
}

/** AWS shows the key that encrypts, its own `aws/dynamodb` key where none was named. */
export function withKey(
  asked: SSESpecification,
  arnPrefix: string,
  random: Random,
): SSESpecification {
  if (asked.Enabled !== true) return asked;
  const keyId = asked.KMSMasterKeyId ?? random.uuid();
  return {
    ...asked,
    KMSMasterKeyId: keyId.startsWith('arn:') ? keyId : `${arnPrefix}:key/${keyId}`,
  };
}
