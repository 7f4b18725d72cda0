/**
 * A protocol turns HTTP into an operation's input, and its output or error back into HTTP, for one
 * service. `compile.ts` makes it from the service's model; each protocol's rules are in its own file.
 */
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { AwsError } from '../model/aws-error.ts';
import type { OperationModel, ProtocolName } from '../model/shapes.ts';
import type { Violation } from '../model/violation.ts';

export interface Protocol {
  readonly name: ProtocolName;
  /**
   * The operation that a request asks for; undefined when it is not one of this service's.
   * `body` is needed by the query protocol only; the others decide by headers, method and path.
   */
  match(request: HttpRequest, body: Buffer | undefined): OperationMatch | undefined;
  /** The input, strictly decoded. Throws the protocol's `SerializationException`, `MalformedXML` … */
  decode(match: OperationMatch, request: HttpRequest, body: DecodableBody): unknown;
  /** All violations of the model's constraints, in AWS's order; empty for valid input. */
  validate(match: OperationMatch, input: unknown): readonly Violation[];
  encode(match: OperationMatch, output: unknown, requestId: string): HttpResponse;
  /** `match` is undefined when the error came before the operation was known. */
  encodeError(error: AwsError, match: OperationMatch | undefined, requestId: string): HttpResponse;
}

export interface OperationMatch {
  readonly operation: OperationModel;
  /** Undecoded URI labels by name, for the protocols that bind to the path. */
  readonly labels: ReadonlyMap<string, string>;
  /** True when the input's payload is a stream: the body must not be read whole. */
  readonly streamsInput: boolean;
}

/** The body in the form that the operation needs: whole, or as a stream. */
export type DecodableBody = Buffer | AsyncIterable<Uint8Array>;
