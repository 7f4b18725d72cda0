/** How a request is named: to its client, in traces, and by the host that it came to. */
import type { Clock, Random } from '../../environment/environment.ts';
import type { HttpRequest } from '../../http/message.ts';

/** 11 random bytes make AWS's 16 characters with one `=` at the end. */
export function newRequestId(random: Random): string {
  return `${random.bytes(11).toString('base64url')}=`;
}

/** The client's own trace, or a new one in AWS X-Ray's form: version, seconds since 1970, 96 random bits. */
export function traceIdOf(http: HttpRequest, clock: Clock, random: Random): string {
  const given = http.headers.get('x-amzn-trace-id');
  if (given !== undefined && /(^|;)Root=/.test(given)) return given;
  const seconds = Math.floor(clock.nowMs() / 1000).toString(16);
  return `Root=1-${seconds}-${random.bytes(12).toString('hex')}`;
}

/** By name where the client used one; the path form's host would not lead back to the API. */
export function domainNameOf(http: HttpRequest, apiId: string): string {
  const host = http.headers.get('host') ?? 'localhost';
  if (host.toLowerCase().startsWith(`${apiId}.execute-api.`)) return host;
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  return `${apiId}.execute-api.localhost${port}`;
}
