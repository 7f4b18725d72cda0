/** Reads what a runtime posts as the answer to an invocation: whole or streamed, result or error. */
import type { IncomingMessage } from 'node:http';
import type { AnswerSink } from './answer-stream.ts';

export type Answer =
  /** `contentType` is that of a streamed answer. */
  | { readonly type: 'response'; readonly payload: Buffer; readonly contentType?: string }
  | { readonly type: 'error'; readonly payload: Buffer }
  | { readonly type: 'too-large' };

/**
 * An answer above `bytesMax` is read to its end, but not kept. One that is streamed to `sink` has no
 * payload here, and no limit.
 */
export async function readAnswer(
  request: IncomingMessage,
  kind: 'response' | 'error',
  bytesMax: number,
  sink?: AnswerSink,
): Promise<Answer> {
  const isStreamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
  if (sink && isStreamed && kind === 'response') {
    sink.begin(contentTypeOf(request));
    for await (const chunk of request as AsyncIterable<Buffer>) await sink.write(chunk);
    return streamed(request, Buffer.alloc(0));
  }
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
  return isStreamed ? streamed(request, payload) : { type: 'response', payload };
}

function streamed(request: IncomingMessage, payload: Buffer): Answer {
  // A stream that broke says so in trailers; the error object is in base64.
  const error = request.trailers['lambda-runtime-function-error-body'];
  if (error !== undefined) return { type: 'error', payload: Buffer.from(error, 'base64') };
  return { type: 'response', payload, contentType: contentTypeOf(request) };
}

function contentTypeOf({ headers }: IncomingMessage): string {
  return headers['content-type'] ?? 'application/octet-stream';
}
