/** Where a page ended, as text that a user can hand out and get back. */
import type { AttributeMap } from '../attribute-value.ts';
import { ModelError } from '../errors.ts';

/** The last key of a page; `purpose` says of which query, so that no other takes it. */
export function writeCursor(key: AttributeMap, purpose: string): string {
  const plain = Object.entries(key).map(([name, value]) =>
    'B' in value
      ? [name, 'B', toBase64(value.B)]
      : [name, ...(Object.entries(value)[0] as [string, string])],
  );
  return toBase64(new TextEncoder().encode(JSON.stringify([digest(purpose), ...plain])))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** `names` are the attributes that the key must have, no more and no fewer. */
export function readCursor(
  cursor: string,
  purpose: string,
  names: readonly string[],
): AttributeMap {
  let parts: unknown;
  try {
    const text = new TextDecoder().decode(
      fromBase64(cursor.replaceAll('-', '+').replaceAll('_', '/')),
    );
    parts = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('InvalidCursor', 'the cursor is damaged', [], undefined, cause);
  }
  const [mark, ...entries] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (mark !== digest(purpose)) {
    throw new ModelError('InvalidCursor', 'the cursor is of another query');
  }
  const key: AttributeMap = {};
  for (const entry of entries as [string, string, string][]) {
    const [name, type, content] = entry;
    const known = names.includes(name) && typeof content === 'string';
    if (!known || (type !== 'S' && type !== 'N' && type !== 'B')) break;
    key[name] = type === 'B' ? { B: fromBase64(content) } : ({ [type]: content } as { S: string });
  }
  if (Object.keys(key).length !== names.length) {
    throw new ModelError('InvalidCursor', 'the cursor is damaged');
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
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
