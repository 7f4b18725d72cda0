/** ARNs of streams in requests, which are of the caller's account and region or of nothing. */
import type { Stream } from '../dynamodb/port.ts';
import type { RequestContext } from '../service.ts';
import { accessDenied, invalidStreamArn, streamNotFound } from './errors.ts';
import type { StreamsState } from './state.ts';

const ARN = /^arn:aws[a-z-]*:dynamodb:([^:/]*):([^:/]*):table\/([^:/]+)\/stream\/([^/]+)$/;

export interface StreamName {
  readonly accountId: string;
  readonly region: string;
  readonly tableName: string;
  readonly label: string;
}

export function parseStreamArn(arn: string): StreamName {
  const [, region = '', accountId = '', tableName, label] = ARN.exec(arn) ?? [];
  if (tableName === undefined || label === undefined) throw invalidStreamArn();
  return { accountId, region, tableName, label };
}

export async function streamOf(
  { streams }: StreamsState,
  arn: string,
  context: RequestContext,
): Promise<Stream> {
  const { accountId, region } = parseStreamArn(arn);
  if (accountId !== context.accountId) throw accessDenied(arn, context);
  const stream = region === context.region ? await streams.find(arn) : undefined;
  if (stream === undefined) throw streamNotFound(arn);
  return stream;
}
