/** Authorizers of WebSocket APIs: functions that are asked when a client connects. */
import { badRequest } from '../gateway/errors.ts';
import type { StoredAuthorizer } from './api-document.ts';
import { limitReached } from './errors.ts';
import { parseFunctionUri } from './integration-uri.ts';
import { IDENTITY_SOURCES_MAX } from './limits.ts';
import { parseWebSocketIdentity } from './websocket-expression.ts';

export function validateWebSocketAuthorizer(authorizer: StoredAuthorizer): void {
  if (authorizer.AuthorizerType !== 'REQUEST') {
    throw badRequest('Only REQUEST authorizers are supported on protocolType WEBSOCKET');
  }
  if (authorizer.JwtConfiguration) {
    throw badRequest('JwtConfiguration is not supported for REQUEST authorizers');
  }
  const { AuthorizerPayloadFormatVersion: version, EnableSimpleResponses: simple } = authorizer;
  // "Supported only for HTTP API Lambda authorizers" (model, 2026).
  if (
    (version ?? '1.0') !== '1.0' ||
    simple ||
    (authorizer.AuthorizerResultTtlInSeconds ?? 0) > 0
  ) {
    throw badRequest(
      'Payload format version 2.0, simple responses and caching are not supported on protocolType WEBSOCKET',
    );
  }
  const sources = authorizer.IdentitySource ?? [];
  if (sources.length > IDENTITY_SOURCES_MAX) throw limitReached('Identity sources');
  for (const source of sources) parseWebSocketIdentity(source);
  parseFunctionUri(authorizer.AuthorizerUri);
}
