/** Checks that an event is JSON, with the wording of AWS's parser (Jackson) for what it is not. */
import { isUtf8 } from 'node:buffer';
import { AwsError } from '../../../model/aws-error.ts';
import { asyncEventTooLarge, eventTooLarge, invalidPayload } from '../errors.ts';
import { ASYNC_PAYLOAD_BYTES_MAX, EVENT_BYTES_MAX } from '../limits.ts';
import { EXPECTED, JsonProblem, sourceAt } from './json-problem.ts';

const EMPTY_EVENT = Buffer.from('{}');

/** The event as the function gets it: `{}` for an empty one. */
export function checkPayload(payload: Uint8Array, isEvent: boolean): Uint8Array {
  if (payload.length === 0) return EMPTY_EVENT;
  if (isEvent && payload.length > ASYNC_PAYLOAD_BYTES_MAX) {
    throw asyncEventTooLarge(payload.length);
  }
  if (payload.length > EVENT_BYTES_MAX) throw eventTooLarge();
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const error = problemOf(bytes);
  if (error) throw error;
  return payload;
}

function problemOf(bytes: Buffer): AwsError | undefined {
  if (!isUtf8(bytes)) return encodingProblem(bytes);
  const text = bytes.toString();
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return syntaxProblem(text);
  }
}

/** Recorded 2025-11-24 for a first byte that starts nothing, and for one inside a token. */
function encodingProblem(bytes: Buffer): AwsError {
  const first = bytes[0] ?? 0;
  if (first >= 0x80 && first < 0xc0) {
    const what = `Unexpected character ((CTRL-CHAR, code ${first}))`;
    return invalidPayload(`${what}: expected a valid value ${EXPECTED}${location(0)}`);
  }
  const at = firstBadByte(bytes);
  const byte = (bytes[at] ?? 0).toString(16);
  return invalidPayload(`Invalid UTF-8 start byte 0x${byte}${location(at + 1)}`);
}

function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString();
  const before = text.slice(0, text.indexOf('\ufffd'));
  return Buffer.byteLength(before);
}

/** What Jackson would take, JSON.parse does not: more after the value. */
function syntaxProblem(text: string): AwsError {
  const reason = new JsonProblem(text).find() ?? 'Trailing token';
  return invalidPayload(reason);
}

/** Columns count from one. */
function location(at: number): string {
  return `\n at ${sourceAt(1, at + 1)}`;
}
