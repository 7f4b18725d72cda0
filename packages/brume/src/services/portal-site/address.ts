/**
 * Addresses of portals: a host `p-{portalId}.apigw-portal.[{region}.]` and any domain, so that localhost,
 * AWS's own and a self-hoster's all do; or a path, `/_aws/portals/{portalId}/`, where names do not resolve.
 */
import type { HttpRequest } from '../../http/message.ts';

export interface PortalAddress {
  readonly portalId: string;
  /** Of a preview. */
  readonly token: string | undefined;
  /** What all addresses of this portal begin with, with a slash at its end. */
  readonly root: string;
  /** What follows the root; undefined where the slash at the end of the root is missing. */
  readonly path: string | undefined;
  readonly query: URLSearchParams;
  /** Where this Brume is reached beside its portals: `http://localhost:4566`. */
  readonly origin: string;
}

const HOST =
  /^p-([a-z0-9]{10,30})\.apigw-portal\.(?:[a-z]{2}(?:-[a-z]+){1,3}-\d\.)?([a-z0-9.:-]+)$/i;
const PATH = /^(\/_aws\/portals\/([a-z0-9]{10,30}))(\/.*)?$/;
const PREVIEW = /^(\/preview\/([a-z0-9]{1,64}))(\/.*)?$/;

/**
 * Undefined when the request is not for a portal; addresses of everything else work under its host too.
 * Asked of every request: what is for no portal is known by its first letters.
 */
export function parsePortalAddress(request: HttpRequest): PortalAddress | undefined {
  const { target, encrypted } = request;
  const host = request.headers.get('host') ?? '';
  const isByPath = target.startsWith('/_aws/');
  const byHost = isByPath ? undefined : HOST.exec(host);
  if (byHost ? !target.startsWith('/') : !target.startsWith('/_aws/portals/')) return undefined;
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = new URLSearchParams(question < 0 ? '' : target.slice(question));
  const scheme = encrypted ? 'https' : 'http';
  if (byHost) {
    const [, portalId = '', name] = byHost;
    const at = { portalId: portalId.toLowerCase(), root: '', rest: path };
    return address({ ...at, query, origin: `${scheme}://${name}` });
  }
  const [, root, portalId, rest] = PATH.exec(path) ?? [];
  if (root === undefined || portalId === undefined) return undefined;
  return address({ portalId, root, rest, query, origin: `${scheme}://${host}` });
}

function address(at: {
  readonly portalId: string;
  readonly root: string;
  readonly rest: string | undefined;
  readonly query: URLSearchParams;
  readonly origin: string;
}): PortalAddress {
  const { root, rest, ...others } = at;
  const [, prefix, token, beyond] = PREVIEW.exec(rest ?? '') ?? [];
  if (prefix === undefined) return { ...others, token, root: `${root}/`, path: rest?.slice(1) };
  return { ...others, token, root: `${root}${prefix}/`, path: beyond?.slice(1) };
}
