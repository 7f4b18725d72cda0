/** Names of tables in requests. AWS takes a table's ARN wherever it takes the name. */
import type { RequestContext } from '../../service.ts';
import { accessDenied, resourceArnNotFound, resourceNotFound, validation } from '../errors.ts';
import { TABLE_NAME_LENGTH_MAX, TABLE_NAME_LENGTH_MIN } from '../limits.ts';
import { invalidTableName, olderLayer, type Layer } from '../validation.ts';

const ARN = /^arn:aws[a-z-]*:dynamodb:([^:]*):([^:]*):table\/([^/:]+)$/;
const NAME = /^[a-zA-Z0-9_.-]+$/;

/** For operations on items. */
export function tableNameOf(nameOrArn: string, context: RequestContext, layer: Layer): string {
  if (NAME.test(nameOrArn)) return nameOrArn;
  const match = ARN.exec(nameOrArn);
  if (match === null) throw invalidTableName(layer, nameOrArn);
  const [, region, accountId, name = ''] = match;
  if (region !== context.region) throw resourceNotFound();
  if (accountId !== context.accountId) throw accessDenied(nameOrArn, context);
  return name;
}

/** For operations that take only an ARN. */
export function tableNameOfArn(arn: string, context: RequestContext): string {
  const match = ARN.exec(arn);
  if (match === null) {
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  const [, region, accountId, name = ''] = match;
  if (accountId !== context.accountId) throw accessDenied(arn, context);
  if (region !== context.region) throw resourceArnNotFound(arn);
  return name;
}

/** For operations on tables, which look at the length first. */
export function administeredTableName(nameOrArn: string, context: RequestContext): string {
  const name = tableNameOf(nameOrArn, context, olderLayer);
  if (name.length >= TABLE_NAME_LENGTH_MIN && name.length <= TABLE_NAME_LENGTH_MAX) return name;
  throw validation(
    `TableName must be at least ${TABLE_NAME_LENGTH_MIN} characters long and at most ` +
      `${TABLE_NAME_LENGTH_MAX} characters long`,
  );
}
