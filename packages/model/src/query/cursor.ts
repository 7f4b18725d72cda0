/** Where a page ended, as text that a user can hand out and get back. */
import type { AttributeMap } from '../attribute-value.ts';
import { toBytes } from '../codec/scalars.ts';
import { ModelError } from '../errors.ts';

/** The last key of a page, its attributes in this order; `purpose` says of which query. */
export function writeCursor(key: AttributeMap, purpose: string, names: readonly string[]): string {
  const parts = names.map((name) => {
    const [[type, content] = []] = Object.entries(key[name] ?? {});
    return [type, content instanceof Uint8Array ? toBase64(content) : (content as string)];
  });
  const text = JSON.stringify([digest(purpose), ...parts]);
  return toBase64(new TextEncoder().encode(text))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

export function readCursor(
  cursor: string,
  purpose: string,
  names: readonly string[],
): AttributeMap {
  try {
    return parse(cursor, purpose, names);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError('InvalidCursor', 'the cursor is damaged', [], undefined, cause);
  }
}

function parse(cursor: string, purpose: string, names: readonly string[]): AttributeMap {
  const base64 = cursor.replaceAll('-', '+').replaceAll('_', '/');
  const text = new TextDecoder().decode(toBytes(base64));
  const [mark, ...values] = JSON.parse(text) as [number, ...[string, string][]];
  if (mark !== digest(purpose)) {
    throw new ModelError('InvalidCursor', 'the cursor is of another query');
  }
  const key: AttributeMap = {};
  for (const [at, name] of names.entries()) {
    const [type, content] = values[at] as [string, string];
    if (!/^[SNB]$/.test(type) || typeof content !== 'string') throw new TypeError('no key value');
    key[name] = type === 'B' ? { B: toBytes(content) } : ({ [type]: content } as { S: string });
  }
  return key;
}

/** FNV-1a, 32 bits: it catches mistakes, not forgers. DynamoDB itself checks the key's bounds. */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
