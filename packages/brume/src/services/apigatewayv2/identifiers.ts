/** Identifiers as AWS makes them: lower-case letters and digits of a length by kind of resource. */
import type { Random } from '../../environment/environment.ts';
import { badRequest } from './errors.ts';

export const API_ID_LENGTH = 10;
export const ROUTE_ID_LENGTH = 7;
export const INTEGRATION_ID_LENGTH = 7;
export const AUTHORIZER_ID_LENGTH = 6;
export const DEPLOYMENT_ID_LENGTH = 6;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function newId(random: Random, length: number): string {
  let id = '';
  // 252 is the largest multiple of 36 in a byte: what is above would favour the first letters.
  while (id.length < length) {
    for (const byte of random.bytes(length * 2)) {
      if (byte < 252 && id.length < length) id += ALPHABET[byte % ALPHABET.length];
    }
  }
  return id;
}

/** Tags that ask for a fixed API id: Brume's own, then LocalStack's, floci's and ministack's. */
const ID_TAGS = ['brume:id', '_custom_id_', 'floci:override-id', 'ms-custom-id'];

/** The id that an API's tags ask for. It becomes a label of a host name. */
export function idFromTags(tags: Record<string, string> | undefined): string | undefined {
  const tag = ID_TAGS.find((name) => tags && Object.hasOwn(tags, name));
  if (tag === undefined || !tags) return undefined;
  const id = tags[tag] ?? '';
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) {
    throw badRequest(`The tag ${tag} must be lower-case letters, digits and inner hyphens: ${id}`);
  }
  return id;
}
