/** Identifiers as AWS makes them: lower-case letters and digits of a length by kind of resource. */
import type { Random } from '../../environment/environment.ts';
import { badRequest } from './errors.ts';

export const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function newId(random: Random, length: number): string {
  return randomText(random, length, LOWER);
}

export function randomText(random: Random, length: number, alphabet: string): string {
  // What is above the largest multiple of the alphabet in a byte would favour the first letters.
  const end = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length * 2)) {
      if (byte < end && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** Tags that ask for a fixed API id: Brume's own, then LocalStack's, floci's and ministack's. */
const ID_TAGS = ['brume:id', '_custom_id_', 'floci:override-id', 'ms-custom-id'];

/** The id that an API's tags ask for. It becomes a label of a host name. */
export function idFromTags(tags: Readonly<Record<string, string>> = {}): string | undefined {
  const tag = ID_TAGS.find((name) => Object.hasOwn(tags, name));
  if (tag === undefined) return undefined;
  const id = tags[tag] ?? '';
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) {
    throw badRequest(`The tag ${tag} must be lower-case letters, digits and inner hyphens: ${id}`);
  }
  return id;
}
