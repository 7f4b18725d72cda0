/** What tables with multi-Region strong consistency do not have (Developer Guide), nor have here. */
import { notSupportedYet } from '../errors.ts';
import type { Table, TableDefinition } from '../tables/table.ts';
import { strongNeeds } from './errors.ts';
import { isStrong } from './global-table.ts';

export function checkTransactable(tables: Iterable<Table>): void {
  for (const { definition } of tables) {
    if (isStrong(definition)) throw strongNeeds('has no transactions');
  }
}

export function checkHistoryKept(definition: TableDefinition): void {
  if (isStrong(definition)) throw historyNotKept();
}

/** AWS keeps the history of each replica. */
export function historyNotKept(): Error {
  return notSupportedYet('recovery and backups of strongly consistent global tables');
}
