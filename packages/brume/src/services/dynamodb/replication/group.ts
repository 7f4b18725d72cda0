/** Changes of all tables of a global table in one decision. */
import type { Write } from '../../../storage/ordered-store.ts';
import type { Catalog, Scope } from '../tables/catalog.ts';
import { tableNotFound } from '../errors.ts';
import { TABLE_CHANGES_MAX } from '../limits.ts';
import type { TableDefinition } from '../tables/table.ts';
import { isStrong, type GlobalDefinition, type ReplicaDefinition } from './global-table.ts';

export interface GroupChange<Result> {
  /** The tables as they become, by their regions; those that are not named stay as they are. */
  readonly next: ReadonlyMap<string, TableDefinition | undefined>;
  readonly writes?: readonly Write[];
  readonly result: Result;
}

/** Every table of the group by its region; that of the scope among them. */
export type GroupTables = ReadonlyMap<string, TableDefinition>;

/**
 * Decides on the table of that name in the scope's region, with all that belong to it, and those that
 * are in the `further` regions. A table alone is a group of one.
 */
export async function changeGroup<Result>(
  catalog: Catalog,
  name: string,
  { accountId, region }: Scope,
  decide: (own: TableDefinition, tables: GroupTables) => GroupChange<Result>,
  further: readonly string[] = [],
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const found = await catalog.find(name, { accountId, region });
    if (found === undefined) throw tableNotFound(name);
    const members = found.definition.global?.replicas.map((replica) => replica.region) ?? [];
    const regions = [...new Set([region, ...members, ...further])];
    const scopes = regions.map((each) => ({ accountId, region: each }));
    const outcome = await catalog.changeAll(name, scopes, (tables) => {
      const definitions = new Map(
        tables.flatMap((table, at) =>
          table === undefined ? [] : [[regions[at] as string, table.definition] as const],
        ),
      );
      const own = definitions.get(region);
      if (own === undefined) throw tableNotFound(name);
      const unseen = own.global?.replicas.some((replica) => !regions.includes(replica.region));
      const same = regions.map((each) => definitions.get(each));
      // Somebody added a region meanwhile, whose table was not read.
      if (unseen === true) return { next: same, result: undefined };
      const { next, writes = [], result } = decide(own, definitions);
      return {
        next: regions.map((each, at) => (next.has(each) ? next.get(each) : same[at])),
        writes,
        result: { result },
      };
    });
    if (outcome !== undefined) return outcome.result;
    if (attempt === TABLE_CHANGES_MAX) throw new Error(`${name} keeps changing its replicas`);
  }
}

/** The tables of a group with another list of replicas. */
export function withReplicas(
  tables: GroupTables,
  change: (replicas: readonly ReplicaDefinition[]) => readonly ReplicaDefinition[],
): Map<string, TableDefinition> {
  const changed = new Map<string, TableDefinition>();
  for (const [region, table] of tables) {
    const { global } = table;
    if (global === undefined) continue;
    const replicas = change(global.replicas);
    changed.set(region, { ...table, global: { ...global, replicas } satisfies GlobalDefinition });
  }
  return changed;
}

export function withReplica(
  tables: GroupTables,
  region: string,
  change: (replica: ReplicaDefinition) => ReplicaDefinition,
): Map<string, TableDefinition> {
  return withReplicas(tables, (replicas) =>
    replicas.map((replica) => (replica.region === region ? change(replica) : replica)),
  );
}

/** STRONG replicas write to the streams of all: each knows them. */
export function withToldStream(
  tables: Map<string, TableDefinition>,
  region: string,
): Map<string, TableDefinition> {
  const own = tables.get(region);
  if (own === undefined || !isStrong(own)) return tables;
  const { stream } = own;
  return withReplica(tables, region, ({ stream: _before, ...replica }) => ({
    ...replica,
    ...(stream?.enabled === true && { stream }),
  }));
}

/** The table of that name in the scope's region, and all that belong to it, without a change. */
export function readGroup(
  catalog: Catalog,
  name: string,
  scope: Scope,
): Promise<{ readonly own: TableDefinition; readonly tables: GroupTables }> {
  return changeGroup(catalog, name, scope, (own, tables) => {
    return { next: new Map(), result: { own, tables } };
  });
}

/** Whether an update of one table of the group is one of all: not in the version of 2017. */
export function sharesSettings({ global }: TableDefinition): boolean {
  return global?.version !== '2017.11.29';
}
