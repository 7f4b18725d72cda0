/** UpdateTable: billing, throughput, one global index more or less, and the table's settings. */
import type { UpdateTableInput } from '../../../model/generated/dynamodb.types.ts';
import { notSupportedYet, tableNotFound } from '../errors.ts';
import { checkFull } from '../recovery/table-use.ts';
import type { DynamoDBOperation } from '../state.ts';
import { changedStream, checkStreamChange, newStream } from '../streams/stream-specification.ts';
import { describeTable } from '../table-description.ts';
import { administeredTableName } from '../table-name.ts';
import { checkTableUpdate, updatedTable } from '../table-update.ts';
import { newVectorIndex } from '../vectors/vector-index-resource.ts';
import { newGlobalIndex, withKey } from './create-table.ts';

export const updateTable: DynamoDBOperation<'UpdateTable'> = async (state, input, context) => {
  const name = administeredTableName(input.TableName, context);
  checkTableUpdate(input);
  checkStreamChange(input);
  checkSupported(input);
  const { random, clock } = state.environment;
  const creation = input.GlobalSecondaryIndexUpdates?.find(({ Create }) => Create)?.Create;
  const vectors = input.VectorIndexUpdates?.find(({ Create }) => Create)?.Create;
  const created = {
    index: creation && newGlobalIndex(creation, random),
    vectors: vectors && newVectorIndex(vectors, random, true),
  };
  const kms = `arn:aws:kms:${context.region}:${context.accountId}`;
  const encryption = input.SSESpecification && withKey(input.SSESpecification, kms, random);
  const { StreamSpecification: asked } = input;
  const stream = await newStream(state.store, state.environment, context, name, asked);
  const nowMs = clock.nowMs();
  const { before, after } = await state.catalog.change(name, context, (table) => {
    if (table === undefined) throw tableNotFound(name);
    checkFull(table.definition);
    const { next: updated, writes } = updatedTable(table, input, created, nowMs);
    const streamed = changedStream(updated, asked, stream, nowMs);
    const next = encryption === undefined ? streamed.next : { ...streamed.next, encryption };
    return {
      next,
      writes: [...writes, ...streamed.writes],
      result: { before: table, after: next },
    };
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
  return { TableDescription: describeTable(shown, 'UPDATING') };
};

function checkSupported(input: UpdateTableInput): void {
  if (input.ReplicaUpdates !== undefined) throw notSupportedYet('global tables');
  if (input.GlobalTableWitnessUpdates !== undefined) throw notSupportedYet('global tables');
  if (input.MultiRegionConsistency !== undefined) throw notSupportedYet('global tables');
}
