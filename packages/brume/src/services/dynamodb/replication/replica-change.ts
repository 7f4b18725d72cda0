/** A change of a global table's replicas as it is asked for, and what tables must be to have any. */
import type { ReplicationGroupUpdate } from '../../../model/generated/dynamodb.types.ts';
import { notSupportedYet } from '../errors.ts';
import { checkFull } from '../recovery/table-use.ts';
import type { TableDefinition } from '../tables/table.ts';
import { scalesWrites } from './auto-scaling.ts';
import { notScaled, oneReplicaAtATime } from './errors.ts';
import type { ReplicaOverrides } from './global-table.ts';

export interface ReplicaChange {
  readonly action: 'Create' | 'Update' | 'Delete';
  readonly region: string;
  readonly overrides: ReplicaOverrides;
}

export function replicaChange({ Create, Update, Delete }: ReplicationGroupUpdate): ReplicaChange {
  const asked = Create ?? Update ?? Delete;
  if (asked === undefined || [Create, Update, Delete].filter(Boolean).length > 1) {
    throw oneReplicaAtATime();
  }
  const { RegionName: region, ...overrides } = asked;
  return { action: Create ? 'Create' : Update ? 'Update' : 'Delete', region, overrides };
}

/** The table that becomes one of several. */
export function checkReplicable(table: TableDefinition): void {
  checkFull(table);
  if (table.vectorIndexes !== undefined && table.vectorIndexes.length > 0) {
    throw notSupportedYet('vector indexes of global tables');
  }
  if (table.billingMode === 'PROVISIONED' && !scalesWrites(table)) {
    throw notScaled();
  }
}
