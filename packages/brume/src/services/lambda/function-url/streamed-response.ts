/**
 * What a function streams, as an HTTP response: a prelude with status and headers, eight NUL bytes and
 * the body; or the body alone.
 */
import type { HttpResponse } from '../../../http/message.ts';
import type { StreamedInvocation } from '../port.ts';
import { asFields, InvalidAnswer, parse, responseHead, responseOf } from './url-response.ts';

const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);
/** Brume's own: headers of a response, as JSON. */
const PRELUDE_BYTES_MAX = 128 * 1024;

/** Throws `InvalidAnswer` for a function that failed before it streamed anything. */
export async function streamedResponse(streamed: StreamedInvocation): Promise<HttpResponse> {
  const { contentType, chunks, completed } = streamed;
  if (contentType === undefined) {
    const { payload, functionError } = await completed;
    if (functionError !== undefined) throw new InvalidAnswer('the function failed');
    return responseOf(Buffer.from(payload));
  }
  const source = chunks[Symbol.asyncIterator]();
  if (contentType !== WITH_PRELUDE) {
    const headers = { 'content-type': contentType };
    return { status: 200, headers, body: body(source, Buffer.alloc(0), completed) };
  }
  const { prelude, rest } = await readPrelude(source);
  const fields = asFields(parse(prelude));
  if (!fields) throw new InvalidAnswer('no prelude');
  return {
    ...responseHead(fields, 'application/octet-stream'),
    body: body(source, rest, completed),
  };
}

async function readPrelude(source: AsyncIterator<Uint8Array>) {
  let received = Buffer.alloc(0);
  for (;;) {
    const end = received.indexOf(PRELUDE_END);
    if (end !== -1) {
      const rest = received.subarray(end + PRELUDE_END.length);
      return { prelude: received.subarray(0, end), rest };
    }
    const { done, value } = await source.next();
    if (done || received.length > PRELUDE_BYTES_MAX) {
      await source.return?.();
      throw new InvalidAnswer('no prelude');
    }
    received = Buffer.concat([received, value]);
  }
}

/** A function that breaks off breaks the response off: its client must not take it for whole. */
async function* body(
  source: AsyncIterator<Uint8Array>,
  first: Uint8Array,
  completed: StreamedInvocation['completed'],
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { done, value } = await source.next();
      if (done) break;
      yield value;
    }
  } finally {
    await source.return?.();
  }
  const { functionError } = await completed;
  if (functionError !== undefined) throw new Error('The function broke off its answer');
}
