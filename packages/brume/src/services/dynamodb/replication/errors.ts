/** Errors of global tables. Those without a source have words of our own: AWS's are not recorded. */
import { AwsError } from '../../../model/aws-error.ts';
import { validation } from '../errors.ts';
import { tableInUse } from '../recovery/errors.ts';

/** aws/aws-cli#4906 (2020-02-04). */
export function localRegion(): Error {
  return validation(
    'Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, ' +
      'DeleteTable, or UpdateTable as required.',
  );
}

/** hashicorp/terraform-provider-aws#13097 (2020-06-24). */
export function notScaled(): Error {
  return validation('Table write capacity should either be Pay-Per-Request or AutoScaled.');
}

/** From memory of what AWS answers; not recorded. */
export function replicaExists(tableName: string): Error {
  return validation(
    `Failed to create a the new replica of table with name: '${tableName}' because one or more ` +
      'replicas already existed as tables.',
  );
}

/** From memory, as the one before. */
export function actedAsSource(): Error {
  return validation(
    'Replica cannot be deleted because it has acted as a source region for new replica(s) being ' +
      'added to the table in the last 24 hours.',
  );
}

export function noSuchReplica(tableName: string, region: string): Error {
  return validation(`The table ${tableName} has no replica in the region ${region}.`);
}

export function invalidRegion(region: string): Error {
  return validation(`Invalid region: ${region}`);
}

export function wrongStream(): Error {
  return validation(
    'Table must have DynamoDB Streams enabled with StreamViewType NEW_AND_OLD_IMAGES to have ' +
      'replicas.',
  );
}

export function streamIsNeeded(): Error {
  return validation('The stream of a replica of a global table cannot be changed.');
}

export function oneReplicaAtATime(): Error {
  return validation('Only one replica can be created, updated or deleted at a time.');
}

export function nothingElse(): Error {
  return validation('Replicas cannot be changed together with other settings of the table.');
}

export function consistencyIsFixed(): Error {
  return validation('The MultiRegionConsistency of a global table cannot be changed.');
}

export function strongNeeds(what: string): Error {
  return validation(`A global table with multi-Region strong consistency ${what}.`);
}

export function replicasAreChanging(tableName: string): Error {
  return tableInUse('ResourceInUseException', `Replicas are being changed: ${tableName}`);
}

/** API Reference, ReplicatedWriteConflictException. */
export function replicatedWriteConflict(): AwsError {
  return new AwsError({
    code: 'ReplicatedWriteConflictException',
    message:
      'The request was rejected because one or more items in the request are being modified by a ' +
      'request in another Region.',
  });
}
