/** One request on its way through the pipeline: each step fills in what the later ones need. */
import type { AwsError } from '../model/aws-error.ts';
import type { HttpRequest } from '../http/message.ts';
import type { DecodableBody, OperationMatch, Protocol } from '../protocol/protocol.ts';
import type { Caller } from '../services/service.ts';
import type { LoadedService } from './service-registry.ts';

export class Exchange {
  readonly request: HttpRequest;
  /** A UUID, until the service is known that has ids of another form. */
  requestId: string;
  /** From `identify`. */
  target: LoadedService | undefined = undefined;
  protocol: Protocol | undefined = undefined;
  /** From `identify` for the protocols that bind to method and path, else from `match`. */
  match: OperationMatch | undefined = undefined;
  /** From `receive`. */
  body: DecodableBody | undefined = undefined;
  /** From `authenticate`. */
  caller: Caller | undefined = undefined;
  accountId = '';
  region = '';
  /** From `decode`. */
  input: unknown = undefined;
  /** From `execute`. */
  output: unknown = undefined;
  /** From the step that threw. */
  error: AwsError | undefined = undefined;

  constructor(request: HttpRequest, requestId: string) {
    this.request = request;
    this.requestId = requestId;
  }
}
