/** Reads what a runtime posts as the answer to an invocation: whole or streamed, result or error. */
import type { IncomingMessage } from 'node:http';

export type Answer =
  /** `contentType` is that of a streamed answer. */
  | { readonly type: 'response'; readonly payload: Buffer; readonly contentType?: string }
  | { readonly type: 'error'; readonly payload: Buffer }
  | { readonly type: 'too-large' };

/** An answer above `bytesMax` is read to its end, but not kept. */
export async function readAnswer(
  request: IncomingMessage,
  kind: 'response' | 'error',
  bytesMax: number,
): Promise<Answer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= bytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (sizeBytes > bytesMax) return { type: 'too-large' };
  const payload = Buffer.concat(chunks, sizeBytes);
  if (kind === 'error') return { type: 'error', payload };
  if (request.headers['lambda-runtime-function-response-mode'] !== 'streaming') {
    return { type: 'response', payload };
  }
  // A stream that broke says so in trailers; the error object is in base64.
  const error = request.trailers['lambda-runtime-function-error-body'];
  if (error !== undefined) return { type: 'error', payload: Buffer.from(error, 'base64') };
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  return { type: 'response', payload, contentType };
}
