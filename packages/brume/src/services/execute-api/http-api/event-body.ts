/** A request's body in an event: as text where it is text, else in base64. */
import type { Execution } from './execution.ts';

export interface EventBody {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
}

/**
 * Types that HTTP APIs hand over as text. Form data is not among them: it arrives in base64, to the
 * surprise of many. The list beyond JSON and `text/*` is unverified.
 */
const TEXT = /^(text\/.*|application\/(json|javascript|xml)|[^/]+\/[^/]+\+(json|xml))$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function eventBody({ body, request }: Execution): EventBody {
  if (body.length === 0) return { body: undefined, isBase64Encoded: false };
  const text = isText(request.header('content-type'), request.header('content-encoding'))
    ? decode(body)
    : undefined;
  if (text !== undefined) return { body: text, isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

function isText(contentType: string | undefined, encoding: string | undefined): boolean {
  if (encoding !== undefined && encoding !== 'identity') return false;
  if (contentType === undefined) return true;
  return TEXT.test((contentType.split(';', 1)[0] ?? '').trim().toLowerCase());
}

/** Undefined for bytes that are no UTF-8: text would lose them. */
function decode(body: Buffer): string | undefined {
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}
