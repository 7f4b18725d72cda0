/**
 * Addresses of deployed APIs. A host names the API: `{apiId}.execute-api.` and any domain, so
 * localhost, AWS's own and a self-hoster's all do. Names under localhost do not resolve everywhere,
 * so a path may name it instead: `/_aws/execute-api/{apiId}/…`.
 */
import type { HttpRequest } from '../../http/message.ts';
import type { Admission, CustomDomain, CustomDomains } from './custom-domains.ts';
import { endpointAddress, saidEndpoint } from './vpc-endpoint.ts';

export interface Address {
  readonly apiId: string;
  /** What follows the API's own part, undecoded, from its slash: `/dev/pets`. */
  readonly path: string;
  /** After the `?`, as sent; empty where there is none. */
  readonly rawQuery: string;
  /** In a path `$default` may be written out as the name of the stage at the root. */
  readonly namesDefaultStage: boolean;
  /** By a domain of its own: what the mapping says of the stage, and what it takes of the path. */
  readonly mapped?: { readonly stageName: string | undefined; readonly basePath: string };
  /** Which one that is, and what it says of the client once that has been asked. */
  readonly domain?: CustomDomain;
  readonly admission?: Admission;
  /** The VPC endpoint by which the request came. */
  readonly endpointId?: string | undefined;
}

/** Signed for another service: whatever host it came by, it is for no API. */
const FOR_SERVICE = /\bCredential=[^,\s]+\/(?!execute-api\/)[\w-]+\/aws4_request\b/;
const HOST = /^([a-z0-9-]{1,63})\.execute-api\./i;
const PATH = /^\/_aws\/execute-api\/([^/?]{1,63})(\/[^?]*)?/;
/** LocalStack's older form, which names the stage before a fixed word. */
const OLD_PATH = /^\/restapis\/([^/?]{1,63})\/([^/?]+)\/_user_request_(\/[^?]*)?/;

/** Undefined when the request is not for an API. */
export function parseAddress(request: HttpRequest, domains: CustomDomains): Address | undefined {
  const target = originForm(request.target);
  const question = target.indexOf('?');
  const rawQuery = question < 0 ? '' : target.slice(question + 1);
  const named = request.headers.get('host');
  const endpointId = domains.isExposed ? undefined : saidEndpoint(request);
  const domain = domains.find(named, endpointId);
  if (domain && !FOR_SERVICE.test(request.headers.get('authorization') ?? '')) {
    const path = question < 0 ? target : target.slice(0, question);
    const header = (name: string) => request.headers.get(name);
    return { ...byDomain(domain, path, header, rawQuery), domain, endpointId };
  }
  const host = HOST.exec(named ?? '');
  if (host) {
    const path = question < 0 ? target : target.slice(0, question);
    const { apiId, ...came } = endpointAddress((host[1] ?? '').toLowerCase(), request);
    const found = address(apiId, path, rawQuery, false);
    return domains.isExposed || !came.endpointId ? found : { ...found, ...came };
  }
  const byPath = target.startsWith('/_aws/') ? PATH.exec(target) : undefined;
  if (byPath) return address(byPath[1], byPath[2], rawQuery, true);
  const byOldPath = target.startsWith('/restapis/') ? OLD_PATH.exec(target) : undefined;
  if (!byOldPath) return undefined;
  const [, apiId, stage = '', path = '/'] = byOldPath;
  return address(apiId, `/${stage}${path}`, rawQuery, true);
}

/** What leads nowhere is for an API that there is not. */
function byDomain(
  domain: CustomDomain,
  path: string,
  header: (name: string) => string | undefined,
  rawQuery: string,
): Address {
  const route = domain.route(path, header);
  if (!route) return { apiId: '', path, rawQuery, namesDefaultStage: false };
  const { apiId, ...mapped } = route;
  const rest = path.slice(mapped.basePath.length) || '/';
  return { apiId, path: rest, rawQuery, namesDefaultStage: false, mapped };
}

function address(apiId = '', path = '/', rawQuery: string, namesDefaultStage: boolean): Address {
  return { apiId: apiId.toLowerCase(), path: path || '/', rawQuery, namesDefaultStage };
}

/** The target without scheme and authority, which a client may send as if to a proxy. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = /^https?:\/\/[^/?]*(.*)$/i.exec(target)?.[1] ?? '/';
  return path.startsWith('/') ? path : `/${path}`;
}
