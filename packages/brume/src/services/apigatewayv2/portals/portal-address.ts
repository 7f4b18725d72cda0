/**
 * Where a portal is opened. AWS: `p-{portalId}.apigw-portal.{region}.on.aws`; here under the name by which
 * the client reaches Brume, and `localhost` on this machine, which browsers resolve by themselves. An
 * address of digits has no names under it: then by path, which is served everywhere.
 */
import { isIP } from 'node:net';
import type { RequestContext } from '../../service.ts';

/** Host and port, without scheme; with a path where there are no names. */
export function defaultDomainName(context: RequestContext, portalId: string): string {
  const { host, hostname, port } = new URL(context.baseUrl);
  const label = `p-${portalId}.apigw-portal.${context.region}`;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) return `${label}.${host}`;
  if (address === '::1' || address.startsWith('127.')) {
    return `${label}.localhost${port === '' ? '' : `:${port}`}`;
  }
  return `${host}${pathOf(portalId)}`;
}

/** URL. By path, so that whoever has reached Brume for it reaches the preview too. */
export function previewUrl({ baseUrl }: RequestContext, portalId: string, token: string): string {
  return `${baseUrl}${pathOf(portalId)}preview/${token}/`;
}

function pathOf(portalId: string): string {
  return `/_aws/portals/${portalId}/`;
}
