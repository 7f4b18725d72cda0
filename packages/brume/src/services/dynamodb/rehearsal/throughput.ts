/**
 * Holds tables and their global indexes to their throughput: one bucket of units for each, for reads
 * and for writes. A request is let in where anything is left, and then pays what it cost; AWS does this
 * for each partition, of which there is one here.
 */
import type { ConsumedCapacity } from '../../../model/generated/dynamodb.types.ts';
import type { Table } from '../tables/table.ts';
import { BUCKETS_MAX } from './limits.ts';
import { onDemandMaximumExceeded, throughputExceeded, type Kind, type Refusal } from './refusal.ts';
import type { Part } from './request-parts.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a request is let in with: to be settled by what it really cost. */
const ADMISSION_UNITS = 1;

export class Throughput {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #burstSeconds: number;

  constructor(burstSeconds: number) {
    this.#burstSeconds = burstSeconds;
  }

  /** Takes a unit for the part, or says why it must wait. */
  admit(table: Table, { kind, indexName }: Part, nowMs: number): Refusal | undefined {
    const read = kind === 'Read' ? globalIndex(table, indexName) : undefined;
    // Writes wait for every index that may have to follow.
    const indexes = kind === 'Read' ? [read] : [undefined, ...table.definition.globalIndexes];
    for (const index of indexes) {
      const limit = limitOf(table, kind, index?.indexName);
      if (limit === undefined) continue;
      const bucket = this.#bucket(table, kind, index?.indexName);
      if (!bucket.isEmpty(nowMs, limit.unitsPerSecond, this.#burstSeconds)) continue;
      return limit.refusal(table, kind, index?.indexName);
    }
    this.#bucket(table, kind, read?.indexName).take(ADMISSION_UNITS);
    return undefined;
  }

  /** Gives back what parts were let in with. */
  release(table: Table, { kind, indexName }: Part): void {
    const read = kind === 'Read' ? globalIndex(table, indexName) : undefined;
    this.#bucket(table, kind, read?.indexName).take(-ADMISSION_UNITS);
  }

  /** Local indexes are paid by their table. */
  charge(table: Table, consumed: ConsumedCapacity, kind: Kind): void {
    const { CapacityUnits: total = 0, GlobalSecondaryIndexes: indexes = {} } = consumed;
    let ofTable = total;
    for (const [name, { CapacityUnits: units = 0 }] of Object.entries(indexes)) {
      ofTable -= units;
      this.#bucket(table, kind, name).take(units);
    }
    // A transaction that is answered again is paid as a read.
    const paid = consumed.ReadCapacityUnits === undefined ? kind : 'Read';
    if (ofTable > 0) this.#bucket(table, paid, undefined).take(ofTable);
  }

  #bucket(table: Table, kind: Kind, indexName: string | undefined): TokenBucket {
    const key = `${table.definition.tableId}/${kind}/${indexName ?? ''}`;
    const found = this.#buckets.get(key);
    if (found !== undefined) return found;
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size < BUCKETS_MAX) break;
      this.#buckets.delete(oldest);
    }
    const bucket = new TokenBucket();
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function globalIndex({ definition }: Table, name: string | undefined) {
  return definition.globalIndexes.find(({ indexName }) => indexName === name);
}

/** Undefined where nothing limits it. */
function limitOf(table: Table, kind: Kind, indexName: string | undefined) {
  const { definition } = table;
  const { throughput, onDemandThroughput } = globalIndex(table, indexName) ?? definition;
  if (definition.billingMode === 'PROVISIONED') {
    const { readUnits, writeUnits } = throughput;
    const unitsPerSecond = kind === 'Read' ? readUnits : writeUnits;
    return { unitsPerSecond, refusal: throughputExceeded };
  }
  const { MaxReadRequestUnits: reads = -1, MaxWriteRequestUnits: writes = -1 } =
    onDemandThroughput ?? {};
  const unitsPerSecond = kind === 'Read' ? reads : writes;
  // -1 takes a maximum away.
  return unitsPerSecond < 0 ? undefined : { unitsPerSecond, refusal: onDemandMaximumExceeded };
}
