/**
 * The credential scope of a request: whose key signed it, for which region and service. Every request
 * is dispatched by it, so it is read cheaply, never throws and proves nothing: `authenticate.ts` does.
 */
import type { HttpRequest } from '../http/message.ts';

export interface CredentialScope {
  readonly accessKeyId: string;
  /** Undefined where a SigV4A signature is valid in several regions, or the text cannot be a region. */
  readonly region: string | undefined;
  readonly service: string;
}

/** The scope that a header or presigned query names; undefined when there is none to be read. */
export function credentialScope(request: HttpRequest): CredentialScope | undefined {
  const header = request.headers.get('authorization');
  if (header !== undefined) {
    if (!header.startsWith('AWS4-')) return undefined;
    const credential = headerParameter(header, 'Credential=');
    return credential === undefined ? undefined : readScope(credential, request);
  }
  const credential = queryParameter(request.target, 'X-Amz-Credential');
  return credential === undefined ? undefined : readScope(credential, request);
}

function headerParameter(header: string, prefix: string): string | undefined {
  const found = header.indexOf(prefix);
  if (found < 0) return undefined;
  const start = found + prefix.length;
  let end = start;
  while (end < header.length && header[end] !== ',' && header[end] !== ' ') end++;
  return header.slice(start, end);
}

/** First value of a query parameter, decoded; undefined when absent or not decodable. */
export function queryParameter(target: string, name: string): string | undefined {
  const question = target.indexOf('?');
  if (question < 0) return undefined;
  const prefix = `${name}=`;
  let start = target.indexOf(prefix, question + 1);
  while (start > question + 1 && target[start - 1] !== '&')
    start = target.indexOf(prefix, start + 1);
  if (start < 0) return undefined;
  const end = target.indexOf('&', start);
  try {
    return decodeURIComponent(target.slice(start + prefix.length, end < 0 ? undefined : end));
  } catch {
    // Not valid percent-encoding: it names nothing.
    return undefined;
  }
}

/**
 * Reads `key/date/region/service/aws4_request` from its end, since a key id may hold a slash. SigV4A
 * leaves the region out, and `x-amz-region-set` says where the signature is valid.
 */
function readScope(credential: string, request: HttpRequest): CredentialScope | undefined {
  const terminator = credential.lastIndexOf('/');
  const service = credential.lastIndexOf('/', terminator - 1);
  const region = credential.lastIndexOf('/', service - 1);
  if (region <= 0) return undefined;
  const serviceName = credential.slice(service + 1, terminator);
  const beforeService = credential.slice(region + 1, service);
  if (isDate(beforeService)) {
    const accessKeyId = credential.slice(0, region);
    return { accessKeyId, region: singleRegion(request), service: serviceName };
  }
  const date = credential.lastIndexOf('/', region - 1);
  if (date <= 0) return undefined;
  const accessKeyId = credential.slice(0, date);
  return { accessKeyId, region: asRegion(beforeService), service: serviceName };
}

/** A region's name becomes part of keys, ARNs and hosts: nothing else may pass for one. */
function asRegion(text: string): string | undefined {
  return REGION.test(text) ? text : undefined;
}

const REGION = /^[a-z0-9-]{1,32}$/;

function isDate(text: string): boolean {
  return text.length === 8 && /^\d{8}$/.test(text);
}

function singleRegion(request: HttpRequest): string | undefined {
  const regionSet =
    request.headers.get('x-amz-region-set') ?? queryParameter(request.target, 'X-Amz-Region-Set');
  return regionSet === undefined ? undefined : asRegion(regionSet.trim());
}
