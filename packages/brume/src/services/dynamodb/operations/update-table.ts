/** UpdateTable: billing, throughput, one global index more or less, and the table's settings. */
import type { UpdateTableInput } from '../../../model/generated/dynamodb.types.ts';
import type { Random } from '../../../environment/environment.ts';
import { notSupportedYet } from '../errors.ts';
import { checkFull } from '../recovery/table-use.ts';
import { consistencyIsFixed, streamIsNeeded } from '../replication/errors.ts';
import { isStrong } from '../replication/global-table.ts';
import { changeGroup, sharesSettings, withToldStream } from '../replication/group.ts';
import { isReplicaUpdate, updateReplicas } from '../replication/replica-updates.ts';
import { synchronized } from '../replication/synchronized.ts';
import type { DynamoDBOperation } from '../state.ts';
import { changedStream, checkStreamChange, newStream } from '../streams/stream-specification.ts';
import { compileTable, type TableDefinition } from '../tables/table.ts';
import { describeTable } from '../tables/table-description.ts';
import { administeredTableName } from '../tables/table-name.ts';
import { checkTableUpdate, updatedTable, type NewIndex } from '../tables/table-update.ts';
import { newVectorIndex } from '../vectors/vector-index-resource.ts';
import { newGlobalIndex, withKey } from './create-table.ts';

export const updateTable: DynamoDBOperation<'UpdateTable'> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  checkTableUpdate(input);
  checkStreamChange(input);
  checkSupported(input);
  if (isReplicaUpdate(input)) {
    const changed = await updateReplicas(state, name, input, context);
    return { TableDescription: describeTable(changed, 'UPDATING') };
  }
  const { random, clock } = state.environment;
  const created = newIndexes(input, random);
  const { StreamSpecification: asked } = input;
  const stream = await newStream(state.store, state.environment, context, name, asked);
  const nowMs = clock.nowMs();
  const { before, after } = await changeGroup(state.catalog, name, context, (own, tables) => {
    checkFull(own);
    if (own.global !== undefined && input.VectorIndexUpdates !== undefined) {
      throw notSupportedYet('vector indexes of global tables');
    }
    const before = compileTable(own);
    const updated = updatedTable(before, input, created, nowMs);
    if (own.global?.consistency === 'EVENTUAL' && asked !== undefined) throw streamIsNeeded();
    const streamed = changedStream(encrypted(updated.next, input, random), asked, stream, nowMs);
    const next = new Map(tables).set(own.region, streamed.next);
    const writes = [...updated.writes, ...streamed.writes];
    for (const [region, sibling] of tables) {
      const isOther = region !== own.region && sharesSettings(own);
      const shared = isOther ? synchronized(input, sibling) : undefined;
      if (shared === undefined) continue;
      const index = created.index && renewed(created.index, sibling, random);
      const change = updatedTable(compileTable(sibling), shared, { ...created, index }, nowMs);
      next.set(region, encrypted(change.next, shared, random));
      writes.push(...change.writes);
    }
    const told = withToldStream(next, own.region);
    return { next: told, writes, result: { before, after: told.get(own.region) ?? streamed.next } };
  });
  if (asked !== undefined && before.stream) state.streams.changed(before.stream.arn);
  state.streams.trimmer.watch();
  state.backfills.wake();
  state.garbage.collect();
  for (const index of before.vectorIndexes) {
    if (!after.vectorIndexes?.some(({ indexName }) => indexName === index.name)) {
      state.vectors.forget(index);
    }
  }
  // The answer shows the units that the table is leaving (dynalite, against AWS).
  const { readUnits, writeUnits } = before.definition.throughput;
  const shown = { ...after, throughput: { ...after.throughput, readUnits, writeUnits } };
  return { TableDescription: describeTable(shown, 'UPDATING', undefined, nowMs) };
};

function newIndexes(input: UpdateTableInput, random: Random) {
  const creation = input.GlobalSecondaryIndexUpdates?.find(({ Create }) => Create)?.Create;
  const vectors = input.VectorIndexUpdates?.find(({ Create }) => Create)?.Create;
  return {
    index: creation && newGlobalIndex(creation, random),
    vectors: vectors && newVectorIndex(vectors, random, true),
  };
}

/** Replicas that have the same items have the same entries of an index. */
function renewed(index: NewIndex, sibling: TableDefinition, random: Random): NewIndex {
  return isStrong(sibling) ? index : { ...index, indexId: random.uuid() };
}

function encrypted(
  table: TableDefinition,
  { SSESpecification: asked }: UpdateTableInput,
  random: Random,
): TableDefinition {
  if (asked === undefined) return table;
  const kms = `arn:aws:kms:${table.region}:${table.accountId}`;
  return { ...table, encryption: withKey(asked, kms, random) };
}

function checkSupported(input: UpdateTableInput): void {
  if (input.GlobalTableSettingsReplicationMode !== undefined) {
    throw notSupportedYet('global tables of several accounts');
  }
  if (input.MultiRegionConsistency !== undefined && !isReplicaUpdate(input)) {
    throw consistencyIsFixed();
  }
}
