/** DynamoDB: what its operations work on, and how it is put together. */
import type { Environment } from '../../environment/environment.ts';
import { dynamodb } from '../../model/generated/dynamodb.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, type Service } from '../service.ts';
import { Expiry } from './expiry/expiry-sweeper.ts';
import type { WriteState } from './items/item-changes.ts';
import { operations } from './operations.ts';
import type { StreamsPort } from './port.ts';
import { Retention } from './recovery/retention.ts';
import { tableJobs } from './recovery/table-jobs.ts';
import { FormerValues } from './rehearsal/former-values.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { Replicator } from './replication/replicator.ts';
import { Streams } from './streams/streams.ts';
import { Backfills } from './tables/backfill.ts';
import { Catalog } from './tables/catalog.ts';
import { Census } from './tables/census.ts';
import { Garbage } from './tables/garbage.ts';
import { FolderObjects } from './transfer/objects.ts';
import { invalidInput } from './validation.ts';
import { VectorSets } from './vectors/vector-sets.ts';

export function createDynamoDB(dependencies: {
  readonly store: OrderedStore;
  readonly environment: Environment;
  readonly log: Logger;
  /** Where buckets are folders, until there is S3. */
  readonly exportFolder?: (() => Promise<string>) | undefined;
}): Service & { readonly streams: StreamsPort; readonly rehearsal: Rehearsal } {
  const { environment, log } = dependencies;
  const store = new FormerValues(dependencies.store, environment.clock);
  const { timers } = environment;
  const catalog = new Catalog(store);
  const census = new Census(store, environment.clock, timers, log);
  const garbage = new Garbage(store, timers, log);
  const backfills = new Backfills(store, catalog, timers, log);
  const streams = new Streams(store, environment, garbage, log);
  const vectors = new VectorSets(store, timers);
  const replicas: Replicator = new Replicator({
    state: () => writes,
    clock: environment.clock,
    timers,
    log,
  });
  const expiry = new Expiry(store, catalog, streams, vectors, replicas, environment, log);
  const retention = new Retention(store, catalog, garbage, environment, log);
  const { exportFolder } = dependencies;
  const objects = exportFolder && new FolderObjects(exportFolder, environment);
  const writes: WriteState = { store, catalog, expiry, streams, vectors, replicas };
  const jobs = tableJobs({ state: writes, garbage, environment, log, objects });
  // What was left undone when the service last closed.
  garbage.collect();
  backfills.wake();
  expiry.watch();
  streams.trimmer.watch();
  retention.wake();
  jobs.wake();
  replicas.wake();
  const state = {
    store,
    environment,
    log,
    catalog,
    census,
    garbage,
    backfills,
    expiry,
    streams,
    vectors,
    replicas,
    jobs,
    objects,
    retention,
  };
  const definition = { model: dynamodb, operations, invalidInput };
  const service = defineService({
    ...definition,
    state,
    async close() {
      const { trimmer } = streams;
      const works = [jobs, replicas, retention, expiry, trimmer, backfills, garbage, census];
      await Promise.all(works.map((work) => work.close()));
    },
  });
  const past = (lagMs: number) =>
    defineService({ ...definition, state: { ...state, store: store.past(lagMs) } });
  const rehearsal = new Rehearsal({ service, past, former: store, catalog, environment, replicas });
  return { ...service, execute: rehearsal.execute, streams: streams.port, rehearsal };
}
