/** Connections of WebSocket APIs by their id alone, as no other connection has it. */
import type { HttpRequest } from '../../../http/message.ts';
import { decodePercent } from '../percent-decoding.ts';

export interface ConnectionAddress {
  readonly connectionId: string;
  /** Where the path begins with one. */
  readonly stageName: string | undefined;
}

const COMMAND = /^(?:\/([A-Za-z0-9_-]{1,128}))?\/(?:@|%40)connections\/([^/?]{1,200})(?:\?|$)/i;

/**
 * The command `@connections` at Brume's own address: tools take that for the endpoint of an API
 * (`http://localhost:4566/dev`). Signed for `execute-api`, so that it cannot be meant for anybody else.
 */
export function parseConnectionAddress({
  target,
  headers,
}: HttpRequest): ConnectionAddress | undefined {
  if (!target.includes('connections/')) return undefined;
  const [, stageName, id] = COMMAND.exec(target) ?? [];
  const isSigned = headers.get('authorization')?.includes('/execute-api/aws4_request') ?? false;
  return id !== undefined && isSigned ? { connectionId: decodePercent(id), stageName } : undefined;
}
