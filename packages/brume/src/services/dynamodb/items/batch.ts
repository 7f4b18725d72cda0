/** What batches have in common: their tables, and what they cost by table. */
import type {
  ConsumedCapacity,
  ReturnConsumedCapacity,
} from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext } from '../../service.ts';
import { consumedCapacity, Units, type Kind } from '../capacity.ts';
import type { DynamoDBState } from '../state.ts';
import type { Table } from '../tables/table.ts';
import type { Layer } from '../validation.ts';

/** The tables by the names or ARNs that a request has for them. */
export async function tablesNamed(
  state: DynamoDBState,
  names: Iterable<string>,
  context: RequestContext,
  layer: Layer,
): Promise<ReadonlyMap<string, Table>> {
  const tables = new Map<string, Table>();
  for (const name of names) {
    if (!tables.has(name)) tables.set(name, await state.catalog.table(name, context, layer));
  }
  return tables;
}

/** Adds up units by the name that the request has for the table. */
export class UnitsByTable {
  readonly #units = new Map<string, Units>();

  of(tableName: string): Units {
    const units = this.#units.get(tableName) ?? new Units();
    this.#units.set(tableName, units);
    return units;
  }

  /** `factor` is 2 for transactions, which pay twice for the table but not for its indexes. */
  add(tableName: string, units: Units, factor = 1): void {
    const sum = this.of(tableName);
    sum.table += factor * units.table;
    for (const [name, indexUnits] of units.indexes) sum.addIndex(name, indexUnits);
    for (const [name, bytes] of units.vectorBytes) sum.addVectorBytes(name, bytes);
  }

  answer(
    mode: ReturnConsumedCapacity | undefined,
    tables: ReadonlyMap<string, Table>,
    kind?: Kind,
  ): ConsumedCapacity[] | undefined {
    if (mode === undefined || mode === 'NONE') return undefined;
    return [...this.#units].flatMap(([name, units]) => {
      const table = tables.get(name);
      return (table && consumedCapacity(mode, name, table, units, kind)) ?? [];
    });
  }
}
