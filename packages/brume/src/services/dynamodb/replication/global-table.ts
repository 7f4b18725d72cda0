/**
 * Global tables: tables of one name and account in several regions, which have the same items. Each has
 * the whole group in its definition, and changes of the group change all of its tables at once.
 *
 * EVENTUAL tables have items of their own, and bring their changes to the others (`replicator.ts`). STRONG
 * ones have the same items in the store: what is written in one region is there in all.
 */
import type { CreateReplicationGroupMemberAction } from '../../../model/generated/dynamodb.types.ts';
import type { StreamDefinition } from '../streams/stream.ts';
import type { TableDefinition } from '../tables/table.ts';

/** As the definitions of all its tables have it. */
export interface GlobalDefinition {
  readonly consistency: 'EVENTUAL' | 'STRONG';
  readonly version: '2019.11.21' | '2017.11.29';
  readonly createdMs: number;
  /** One for each region, that of the table itself too. */
  readonly replicas: readonly ReplicaDefinition[];
  /** A region that is named only: nothing is kept there. */
  readonly witnessRegion?: string;
}

export type ReplicaOverrides = Omit<CreateReplicationGroupMemberAction, 'RegionName'>;

export interface ReplicaDefinition {
  readonly region: string;
  readonly tableId: string;
  /** Of the time that the table is in the group: what it keeps for that is found by it. */
  readonly memberId: string;
  readonly status: 'CREATING' | 'ACTIVE' | 'DELETING';
  readonly overrides: ReplicaOverrides;
  /** When another replica was last made from this one. */
  readonly sourceMs?: number;
  /** The replica's enabled stream, where the others must write to it too. */
  readonly stream?: StreamDefinition;
}

export function replicaOf(definition: TableDefinition): ReplicaDefinition | undefined {
  return definition.global?.replicas.find(({ region }) => region === definition.region);
}

export function otherReplicas({ global, region: own }: TableDefinition): ReplicaDefinition[] {
  return global?.replicas.filter(({ region }) => region !== own) ?? [];
}

export function isStrong({ global }: TableDefinition): boolean {
  return global?.consistency === 'STRONG';
}

/** Whether the table is about to leave its global table: for operations on items it is gone. */
export function isLeaving(definition: TableDefinition): boolean {
  return replicaOf(definition)?.status === 'DELETING';
}
