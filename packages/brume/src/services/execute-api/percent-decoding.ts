/** Decoding of paths and queries that never throws: what is not well formed stays as it is. */

export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeLeniently(text);
  }
}

/** Query strings write a space as `+`. */
function decodeQueryPart(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Byte by byte: a `%` without two digits stays, bytes that are no UTF-8 become U+FFFD. */
function decodeLeniently(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at] === 0x25 ? hexPair(bytes, at + 1) : undefined;
    bytes[length++] = value ?? bytes[at] ?? 0;
    if (value !== undefined) at += 2;
  }
  return bytes.toString('utf8', 0, length);
}

function hexPair(bytes: Buffer, at: number): number | undefined {
  const digits = bytes.toString('latin1', at, at + 2);
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** Names and values in order, decoded. */
export function parseQuery(rawQuery: string): [string, string][] {
  if (rawQuery === '') return [];
  const pairs: [string, string][] = [];
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    pairs.push([decodeQueryPart(name), decodeQueryPart(value)]);
  }
  return pairs;
}
