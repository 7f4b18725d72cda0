/**
 * Addresses of function URLs: by host, `{urlId}.lambda-url.{region}.` and any domain, or by path,
 * `/_aws/lambda-url/{urlId}/…`, since names under localhost do not resolve everywhere.
 */
import type { HttpRequest } from '../../../http/message.ts';

export interface UrlAddress {
  readonly urlId: string;
  /** What follows the URL's own part, as sent, from its slash. */
  readonly path: string;
  /** After the `?`, as sent; empty where there is none. */
  readonly rawQuery: string;
  /** The host that the client used, where that names the URL. */
  readonly host: string | undefined;
}

const HOST = /^([a-z0-9]{1,63})\.lambda-url\.[a-z0-9-]+\./i;
const PATH = /^\/_aws\/lambda-url\/([a-z0-9]{1,63})(\/[^?]*)?/i;

/** Undefined when the request is not for a function URL. */
export function parseUrlAddress({ target, headers }: HttpRequest): UrlAddress | undefined {
  if (!target.startsWith('/')) return undefined;
  const question = target.indexOf('?');
  const rawQuery = question < 0 ? '' : target.slice(question + 1);
  const host = headers.get('host') ?? '';
  const byHost = HOST.exec(host)?.[1];
  if (byHost !== undefined) {
    const path = question < 0 ? target : target.slice(0, question);
    return { urlId: byHost.toLowerCase(), path, rawQuery, host };
  }
  const [, urlId, path = '/'] = PATH.exec(target) ?? [];
  if (urlId === undefined) return undefined;
  return { urlId: urlId.toLowerCase(), path, rawQuery, host: undefined };
}
