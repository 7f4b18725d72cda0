/** Step: the request's body, whole; integrations of REST APIs take it in one piece. */
import { BodyTooLargeError, TruncatedBodyError } from '../../../http/message.ts';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { decompressedBody } from './compression.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { RestExecution } from './rest-execution.ts';

export function receiveBody(execution: RestExecution): void | Promise<void> {
  if (execution.bodyReceived) return;
  // A body is read once; the signature check may come first.
  execution.bodyReceived = true;
  const { http } = execution.request;
  const announced = Number(http.headers.get('content-length') ?? 0);
  if (!(announced > 0) && http.headers.get('transfer-encoding') === undefined) return;
  return receive(execution);
}

/** As AWS's users see it, 2020 to 2025: text without a member, in the words of whoever stands before APIs. */
const TOO_LONG = { plain: `HTTP content length exceeded ${PAYLOAD_BYTES_MAX} bytes.` };

async function receive(execution: RestExecution): Promise<void> {
  const { http } = execution.request;
  try {
    const received = await http.body.bytes(PAYLOAD_BYTES_MAX);
    execution.body = await decompressedBody(execution, received);
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      throw new GatewayFailure('REQUEST_TOO_LARGE', 'payload over the limit', TOO_LONG);
    }
    if (error instanceof TruncatedBodyError) {
      throw new GatewayFailure('BAD_REQUEST_BODY', 'the client broke off');
    }
    throw error;
  }
}
