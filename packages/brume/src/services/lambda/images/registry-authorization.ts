/**
 * What to show to a registry that asks who it is (OCI distribution specification, and "Token Authentication
 * Specification" of the registry that it is made from): a password, or the token that the registry's own
 * service gives for one, or gives to everybody.
 */
import type { RegistryCredentials } from './docker-config.ts';
import { contentOf, readAll } from './image-source.ts';
import { TOKEN_BYTES_MAX } from './limits.ts';

export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly parameters: ReadonlyMap<string, string>;
}

/** Undefined for one that is not understood. */
export function readChallenge(header: string): Challenge | undefined {
  const [, scheme, rest = ''] = /(?:^|,\s*)(bearer|basic)\b(.*)$/is.exec(header) ?? [];
  if (scheme === undefined) return undefined;
  const parameters = new Map(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  return { scheme: scheme.toLowerCase() === 'basic' ? 'basic' : 'bearer', parameters };
}

export interface TokenRequest {
  readonly challenge: Challenge;
  readonly repository: string;
  readonly credentials: RegistryCredentials | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** The value of `authorization`; undefined where the registry wants what there is not. */
export async function authorizationFor(request: TokenRequest): Promise<string | undefined> {
  const { challenge, credentials } = request;
  if (challenge.scheme === 'basic') return credentials && basic(credentials);
  const realm = challenge.parameters.get('realm') ?? '';
  if (!URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  const service = challenge.parameters.get('service');
  const fields = {
    ...(service !== undefined && { service }),
    scope: `repository:${request.repository}:pull`,
  };
  const response = await askForToken(request, url, fields);
  const answer = await readAll(contentOf(response), TOKEN_BYTES_MAX);
  const token = response.ok ? readToken(answer) : undefined;
  return token === undefined ? undefined : `Bearer ${token}`;
}

function askForToken(
  { credentials, fetch }: TokenRequest,
  url: URL,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const accept = 'application/json';
  if (credentials && 'identityToken' in credentials) {
    const form = new URLSearchParams({
      ...{
        grant_type: 'refresh_token',
        client_id: 'brume',
        refresh_token: credentials.identityToken,
      },
      ...fields,
    });
    return fetch(url.href, { method: 'POST', headers: { accept }, body: form });
  }
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  const authorization = credentials && basic(credentials);
  return fetch(url.href, { headers: { accept, ...(authorization && { authorization }) } });
}

function basic(credentials: RegistryCredentials): string | undefined {
  if ('identityToken' in credentials) return undefined;
  const both = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(both).toString('base64')}`;
}

function readToken(bytes: Buffer): string | undefined {
  try {
    const { token, access_token } = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const found = token ?? access_token;
    // Nothing that could be more than one header.
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
