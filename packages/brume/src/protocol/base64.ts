/** Base64 as AWS reads it: standard alphabet, padded, no stray bits, nothing else. */

/** The bytes, or undefined when the text is not canonical base64. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what it does not know; only canonical text comes back unchanged.
  return bytes.toString('base64') === text ? bytes : undefined;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * What is wrong with a text that `decodeBase64` refused, in AWS's words (DynamoDB, as recorded by
 * dynalite's test/helpers.js, 2020; "dectected" is AWS's spelling).
 */
export function base64Fault(text: string): string {
  if (text.length % 4 !== 0) {
    return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
  }
  const invalid = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ''))?.[0];
  return invalid === undefined || invalid === '='
    ? 'Invalid last non-pad Base64 character dectected'
    : `Invalid Base64 character: '${invalid}'`;
}
