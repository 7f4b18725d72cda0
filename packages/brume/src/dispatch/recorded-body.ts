/** Keeps the beginning of a body that somebody else reads, for the trace of the request. */
import type { HttpBody, HttpRequest } from '../http/message.ts';
import { BODY_CHARACTERS_MAX, UNREAD_BODY, tracedBody } from '../telemetry/traces.ts';
import type { TracedBody } from '../telemetry/traces.ts';

export interface RecordedRequest {
  /** The request to hand on in place of the original. */
  readonly request: HttpRequest;
  /** What has been read of its body so far. */
  body(): TracedBody;
}

export function recordBody(original: HttpRequest): RecordedRequest {
  let recorded = UNREAD_BODY;
  const body: HttpBody = {
    async bytes(bytesMax) {
      const bytes = await original.body.bytes(bytesMax);
      recorded = tracedBody(bytes);
      return bytes;
    },
    async *stream() {
      let text = '';
      let sizeBytes = 0;
      for await (const chunk of original.body.stream()) {
        sizeBytes += chunk.length;
        if (text.length < BODY_CHARACTERS_MAX) text += tracedBody(chunk).text;
        recorded = { text: text.slice(0, BODY_CHARACTERS_MAX), sizeBytes };
        yield chunk;
      }
    },
  };
  const { method, target, headers, remoteAddress, encrypted } = original;
  const request: HttpRequest = {
    method,
    target,
    headers,
    remoteAddress,
    encrypted,
    body,
    get clientCertificate() {
      return original.clientCertificate;
    },
    get serverName() {
      return original.serverName;
    },
    get signal() {
      return original.signal;
    },
  };
  return { request, body: () => recorded };
}
