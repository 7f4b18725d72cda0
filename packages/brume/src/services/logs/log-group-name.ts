/** The ways to name a log group: its name, or its ARN with or without `:*`. */
import type { RequestContext } from '../service.ts';
import { invalidArn, logGroupNotFound, nameAndIdentifier, noLogGroup } from './errors.ts';
import type { GroupReference } from './log-records.ts';

type Place = Pick<RequestContext, 'accountId' | 'region'>;

const ARN = /^arn:aws[a-z-]*:logs:([a-z0-9-]+):(\d{12}):log-group:([^:*]+)(?::\*)?$/;

export function namedGroup(groupName: string, { accountId, region }: Place): GroupReference {
  return { accountId, region, groupName };
}

/** Reads `logGroupName` or `logGroupIdentifier`, of which a request has one. */
export function identifiedGroup(
  input: {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
  },
  context: Place,
): GroupReference {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) throw nameAndIdentifier();
  const identifier = logGroupIdentifier ?? logGroupName;
  if (identifier === undefined) throw noLogGroup();
  return identifier.startsWith('arn:')
    ? arnOfGroup(identifier, context)
    : namedGroup(identifier, context);
}

/** A group of another account or region is none of the caller's. */
export function arnOfGroup(arn: string, context: Place): GroupReference {
  const [, region, accountId, groupName] = ARN.exec(arn) ?? [];
  if (groupName === undefined) throw invalidArn();
  if (region !== context.region || accountId !== context.accountId) throw logGroupNotFound();
  return namedGroup(groupName, context);
}
