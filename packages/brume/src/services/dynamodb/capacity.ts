/** What requests cost in capacity units, and how answers say so. */
import type {
  Capacity,
  ConsumedCapacity,
  ReturnConsumedCapacity,
} from '../../model/generated/dynamodb.types.ts';
import type { Table } from './tables/table.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / WRITE_UNIT_BYTES));
}

export function readUnits(sizeBytes: number, consistent: boolean | undefined): number {
  const units = Math.max(1, Math.ceil(sizeBytes / READ_UNIT_BYTES));
  return consistent === true ? units : units / 2;
}

/** Units of one table and its indexes. An index without units is not answered. */
export class Units {
  table = 0;
  readonly indexes = new Map<string, number>();
  /** VectorWriteRequestBytes of vector indexes, which are metered by themselves. */
  readonly vectorBytes = new Map<string, number>();

  addIndex(name: string, units: number): void {
    this.indexes.set(name, (this.indexes.get(name) ?? 0) + units);
  }

  addVectorBytes(name: string, bytes: number): void {
    this.vectorBytes.set(name, (this.vectorBytes.get(name) ?? 0) + bytes);
  }

  get total(): number {
    let total = this.table;
    for (const units of this.indexes.values()) total += units;
    return total;
  }
}

/** Which of reading and writing an answer tells apart: transactions do, other operations do not. */
export type Kind = 'read' | 'write' | undefined;

/** `tableName` is as the request had it: a name or an ARN. */
export function consumedCapacity(
  mode: ReturnConsumedCapacity | undefined,
  tableName: string,
  table: Table,
  units: Units,
  kind?: Kind,
): ConsumedCapacity | undefined {
  if (mode === undefined || mode === 'NONE') return undefined;
  const total = { TableName: tableName, ...capacity(units.total, kind) };
  if (mode === 'TOTAL') return total;
  const ofIndexes = (local: boolean) => {
    const entries = table.indexes
      .filter((index) => index.local === local && units.indexes.has(index.name))
      .map(({ name }) => [name, capacity(units.indexes.get(name) ?? 0, kind)] as const);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  return {
    ...total,
    Table: capacity(units.table, kind),
    LocalSecondaryIndexes: ofIndexes(true),
    GlobalSecondaryIndexes: ofIndexes(false),
    VectorIndexes: ofVectorIndexes(units),
  };
}

function ofVectorIndexes({ vectorBytes }: Units): ConsumedCapacity['VectorIndexes'] {
  if (vectorBytes.size === 0) return undefined;
  const entries = [...vectorBytes].map(([name, bytes]) => {
    return [name, { VectorWriteRequestBytes: bytes }] as const;
  });
  return Object.fromEntries(entries);
}

function capacity(units: number, kind: Kind): Capacity {
  if (kind === undefined) return { CapacityUnits: units };
  const split = kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits';
  return { CapacityUnits: units, [split]: units };
}
