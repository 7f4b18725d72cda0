/** Step: the request's body, whole; integrations of HTTP APIs take it in one piece. */
import { BodyTooLargeError, TruncatedBodyError } from '../../../http/message.ts';
import type { Execution } from './execution.ts';
import { GatewayError, tooLarge } from './gateway-error.ts';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';

export async function receiveBody(execution: Execution): Promise<void> {
  const { http } = execution.request;
  const announced = Number(execution.request.header('content-length') ?? 0);
  const hasBody = announced > 0 || execution.request.header('transfer-encoding') !== undefined;
  // A body is read once; the signature check may have come first.
  if (!hasBody || execution.body.length > 0) return;
  try {
    execution.body = await http.body.bytes(PAYLOAD_BYTES_MAX);
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw tooLarge('payload over the limit');
    if (error instanceof TruncatedBodyError) {
      throw new GatewayError(400, 'Bad Request', 'the client broke off');
    }
    throw error;
  }
}
