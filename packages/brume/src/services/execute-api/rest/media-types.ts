/** Which bodies are bytes rather than text: the media types that an API names as binary. */
import type { ContentHandlingStrategy } from '../../../model/generated/apigateway.types.ts';
import { internalFailure } from './gateway-failure.ts';
import type { Payload } from './rest-execution.ts';

export class MediaTypes {
  readonly #exact: ReadonlySet<string>;
  readonly #families: readonly string[];
  readonly #all: boolean;

  constructor(types: readonly string[]) {
    const lower = types.map((type) => type.toLowerCase());
    this.#all = lower.includes('*/*');
    this.#exact = new Set(lower);
    this.#families = lower.filter((type) => type.endsWith('/*')).map((type) => type.slice(0, -1));
  }

  /** Of a `Content-Type` or the first type of an `Accept`. */
  has(value: string | undefined): boolean {
    if (this.#all) return true;
    if (value === undefined || this.#exact.size === 0) return false;
    const type = mediaType(value);
    return this.#exact.has(type) || this.#families.some((family) => type.startsWith(family));
  }
}

/** Without parameters and further types. */
export function mediaType(value: string): string {
  return (value.split(/[;,]/, 1)[0] ?? '').trim().toLowerCase();
}

/**
 * What an integration is sent of a body (recorded 2025, test_apigw_s3_binary_support_request):
 * text loses bytes that are no UTF-8; conversions apply to the other kind only.
 */
export function requestPayload(
  body: Buffer,
  isBinary: boolean,
  handling: ContentHandlingStrategy | undefined,
): Payload {
  if (isBinary) return handling === 'CONVERT_TO_TEXT' ? body.toString('base64') : body;
  const text = body.toString('utf8');
  return handling === 'CONVERT_TO_BINARY' ? fromBase64(text) : text;
}

/**
 * What a client is sent of an integration's body: `isBinary` of its own type, `wantsBinary` of what the
 * client accepts (recorded 2025, test_apigw_s3_binary_support_response_*).
 */
export function responsePayload(
  body: Buffer,
  isBinary: boolean,
  wantsBinary: boolean,
  handling: ContentHandlingStrategy | undefined,
): Payload {
  if (isBinary) {
    const toText = handling === 'CONVERT_TO_TEXT' || (handling === undefined && !wantsBinary);
    return toText ? body.toString('base64') : body;
  }
  const toBinary = handling === 'CONVERT_TO_BINARY' || (handling === undefined && wantsBinary);
  const text = body.toString('utf8');
  return toBinary ? fromBase64(text) : text;
}

/** What is no base64 is 500 (developer guide, "Gateway response types", API_CONFIGURATION_ERROR). */
export function fromBase64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(text))
    throw internalFailure('Unable to base64 decode the body.');
  return Buffer.from(text, 'base64');
}
