/** What the operations work on. */
import type { Environment } from '../../environment/environment.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Operation } from '../service.ts';
import type { DynamoDBOperations } from '../../model/generated/dynamodb.types.ts';
import type { Catalog } from './tables/catalog.ts';
import type { Census } from './tables/census.ts';
import type { Backfills } from './tables/backfill.ts';
import type { Expiry } from './expiry/expiry-sweeper.ts';
import type { Garbage } from './tables/garbage.ts';
import type { Jobs } from './recovery/jobs.ts';
import type { Replicator } from './replication/replicator.ts';
import type { Retention } from './recovery/retention.ts';
import type { Objects } from './transfer/objects.ts';
import type { Streams } from './streams/streams.ts';
import type { VectorSets } from './vectors/vector-sets.ts';

export interface DynamoDBState {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  readonly catalog: Catalog;
  readonly census: Census;
  readonly garbage: Garbage;
  readonly backfills: Backfills;
  readonly expiry: Expiry;
  readonly streams: Streams;
  readonly vectors: VectorSets;
  readonly replicas: Replicator;
  readonly jobs: Jobs;
  /** Undefined where nothing can be exported to, or imported from. */
  readonly objects: Objects | undefined;
  readonly retention: Retention;
}

export type DynamoDBOperation<Name extends keyof DynamoDBOperations> = Operation<
  DynamoDBState,
  DynamoDBOperations[Name]['input'],
  DynamoDBOperations[Name]['output']
>;
