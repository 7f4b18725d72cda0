/** Auto scaling of provisioned tables: settings that are kept and described; nothing is scaled. */
import type { AutoScalingSettingsUpdate } from '../../../model/generated/dynamodb.types.ts';

/** Settings of reads and of writes. */
export interface Scaled {
  readonly read?: AutoScalingSettingsUpdate;
  readonly write?: AutoScalingSettingsUpdate;
}

/** As a table's definition has it: of the table, and of global indexes by their names. */
export interface AutoScalingDefinition {
  readonly table?: Scaled;
  readonly indexes?: readonly (Scaled & { readonly indexName: string })[];
}
