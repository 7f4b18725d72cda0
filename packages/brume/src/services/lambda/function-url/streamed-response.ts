/**
 * What a function streams, as an HTTP response: a prelude with status and headers, and the body; or the
 * body alone.
 */
import type { HttpResponse } from '../../../http/message.ts';
import { readBody, readHead } from '../../../http/parted-stream.ts';
import type { StreamedInvocation } from '../port.ts';
import { asFields, InvalidAnswer, parse, responseHead, responseOf } from './url-response.ts';

const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';
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
  const isWhole = async () => (await completed).functionError === undefined;
  if (contentType !== WITH_PRELUDE) {
    const headers = { 'content-type': contentType };
    return { status: 200, headers, body: readBody(source, Buffer.alloc(0), isWhole) };
  }
  const parted = await readHead(source, PRELUDE_BYTES_MAX);
  const fields = parted && asFields(parse(parted.head));
  if (!fields) throw new InvalidAnswer('no prelude');
  return {
    ...responseHead(fields, 'application/octet-stream'),
    body: readBody(source, parted.rest, isWhole),
  };
}
