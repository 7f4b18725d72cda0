/** Backups by their ARNs. */
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { backupArn, backupKey, decodeBackup, type StoredBackup } from './backup.ts';
import { backupNotFound } from './errors.ts';

const ARN = /^arn:aws[a-z-]*:dynamodb:([^:]*):([^:]*):table\/[^/:]+\/backup\/([0-9a-f-]+)$/;

/** Where the backup of that ARN is, if there is one. */
export function keyOfArn(arn: string, context: RequestContext): Buffer {
  const match = ARN.exec(arn);
  const [, region, accountId, id = ''] = match ?? [];
  if (region !== context.region || accountId !== context.accountId) throw backupNotFound(arn);
  return backupKey(context, id);
}

export async function findBackup(
  store: OrderedStore,
  arn: string,
  context: RequestContext,
): Promise<StoredBackup> {
  const value = await store.get(keyOfArn(arn, context));
  const backup = value && decodeBackup(value);
  if (backup === undefined || backupArn(backup) !== arn) throw backupNotFound(arn);
  return backup;
}
