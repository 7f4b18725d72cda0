/** Keeping the history of a table for as long as somebody needs it. */
import type { Write } from '../../../storage/ordered-store.ts';
import type { Catalog, Scope } from '../tables/catalog.ts';
import { noteGarbage } from '../tables/garbage.ts';
import { checkHistoryKept } from '../replication/strong-rules.ts';
import type { TableDefinition } from '../tables/table.ts';
import { historyKeys, type Hold } from './history.ts';

/** `newId` is for the history of a table that has none yet. */
export function held(definition: TableDefinition, hold: Hold, newId: string): TableDefinition {
  checkHistoryKept(definition);
  const { id, holds } = definition.history ?? { id: newId, holds: [] };
  return { ...definition, history: { id, holds: [...holds, hold] } };
}

/** A table without its history, where nobody needs that any more. */
export function withNeededHistory(definition: TableDefinition): {
  readonly next: TableDefinition;
  readonly writes: readonly Write[];
} {
  const { history, ...rest } = definition;
  if (history === undefined || definition.recovery !== undefined || history.holds.length > 0) {
    return { next: definition, writes: [] };
  }
  return { next: rest, writes: historyGarbage(definition) };
}

/** To be written when a table's history ends. */
function historyGarbage(definition: TableDefinition): Write[] {
  if (definition.history === undefined) return [];
  const { head, changes, times } = historyKeys(definition, definition.history.id);
  return [{ type: 'delete', key: head }, noteGarbage(changes), noteGarbage(times)];
}

/** Lets go of a hold, if the table has it still; `writes` go with it in any case. */
export async function release(
  catalog: Catalog,
  { accountId, region, tableName }: Scope & { readonly tableName: string },
  jobId: string,
  writes: readonly Write[],
): Promise<void> {
  await catalog.change(tableName, { accountId, region }, (table) => {
    const definition = table?.definition;
    const history = definition?.history;
    if (history === undefined || !history.holds.some((hold) => hold.jobId === jobId)) {
      return { next: definition, writes, result: undefined };
    }
    const holds = history.holds.filter((hold) => hold.jobId !== jobId);
    const changed = withNeededHistory({
      ...definition,
      history: { ...history, holds },
    } as TableDefinition);
    return { next: changed.next, writes: [...changed.writes, ...writes], result: undefined };
  });
}
