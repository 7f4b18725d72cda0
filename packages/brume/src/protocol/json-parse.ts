/** JSON text into values: UTF-8 only, and not deeper than anyone needs. */
import { isAscii, isUtf8 } from 'node:buffer';
import { PARSED_DEPTH_MAX, PARSED_UNSEEN_BYTES_MAX } from './limits.ts';
import { nestedTooDeeply, serializationException } from './serialization-error.ts';

/** Parses a whole body. Throws `SerializationException` for what is not UTF-8 or not JSON. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw serializationException();
  if (body.length > PARSED_UNSEEN_BYTES_MAX && isNestedBeyond(body, PARSED_DEPTH_MAX)) {
    throw nestedTooDeeply();
  }
  try {
    return JSON.parse(body.toString(isAscii(body) ? 'latin1' : 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw serializationException();
    throw error;
  }
}

const BYTE = { quote: 0x22, backslash: 0x5c, list: 0x5b, listEnd: 0x5d, map: 0x7b, mapEnd: 0x7d };

/** Counts brackets outside of strings: cheap, where to parse 16 MB of them would take seconds. */
function isNestedBeyond(body: Buffer, depthMax: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index];
    if (isInString) {
      if (byte === BYTE.backslash) index += 1;
      else if (byte === BYTE.quote) isInString = false;
    } else if (byte === BYTE.quote) isInString = true;
    else if (byte === BYTE.list || byte === BYTE.map) depth += 1;
    else if (byte === BYTE.listEnd || byte === BYTE.mapEnd) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
