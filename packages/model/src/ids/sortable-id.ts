/** Identifiers that sort by the time of their making. */

/** Crockford's alphabet: no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_MS_MAX = 2 ** 48 - 1;

/** Where the time and the chance come from, for tests that need the same ones again. */
export interface IdSources {
  readonly now?: () => number;
  readonly randomBytes?: (count: number) => Uint8Array;
}

/** A ULID: 26 letters and digits; those of one millisecond are in random order. */
export function ulid(sources: IdSources = {}): string {
  let text = '';
  for (let time = timeOf(sources); text.length < 10; time = Math.floor(time / 32)) {
    text = (ALPHABET[time % 32] as string) + text;
  }
  for (const byte of bytesOf(sources, 16)) text += ALPHABET[byte % 32];
  return text;
}

/** A UUID of version 7 (RFC 9562, section 5.7). */
export function uuidv7(sources: IdSources = {}): string {
  const time = timeOf(sources).toString(16).padStart(12, '0');
  const random = bytesOf(sources, 10);
  random[0] = ((random[0] as number) & 0x0f) | 0x70;
  random[2] = ((random[2] as number) & 0x3f) | 0x80;
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [time.slice(0, 8), time.slice(8), tail.slice(0, 4), tail.slice(4, 8), tail.slice(8)].join(
    '-',
  );
}

/** The time in an identifier of either kind, or undefined if it is of neither. */
export function timeOfId(id: string): Date | undefined {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)) {
    return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
  }
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return undefined;
  let time = 0;
  for (const letter of id.slice(0, 10)) time = time * 32 + ALPHABET.indexOf(letter);
  return new Date(time);
}

function timeOf({ now = Date.now }: IdSources): number {
  const time = now();
  if (!Number.isSafeInteger(time) || time < 0 || time > TIME_MS_MAX) {
    throw new RangeError(`${time} is no time that an identifier can hold`);
  }
  return time;
}

function bytesOf({ randomBytes }: IdSources, count: number): Uint8Array {
  return randomBytes?.(count) ?? crypto.getRandomValues(new Uint8Array(count));
}
