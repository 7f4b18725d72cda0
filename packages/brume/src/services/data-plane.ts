/**
 * A data plane answers plain HTTP rather than AWS operations: deployed APIs, function URLs. It claims
 * the requests that are addressed to it by host or path, before any service sees them.
 */
import type { HttpRequest, HttpResponse } from '../http/message.ts';

export interface DataPlane {
  /** Names the plane in logs and metrics, as AWS names it: `execute-api`. */
  readonly name: string;
  /** True for pages that show what was recorded: recording them too would only push it out. */
  readonly unrecorded?: boolean;
  /** The handler for a request addressed to this plane; undefined when it is not. */
  claim(request: HttpRequest): PlaneHandler | undefined;
}

/** Answers a request, and may tell the trace of it what happened. */
export type PlaneHandler = (
  request: HttpRequest,
  note: (note: PlaneNote) => void,
) => Promise<HttpResponse>;

/** Something that happened without a request: a message on a connection that is open. */
export interface PlaneEvent extends PlaneNote {
  /** Names the plane, as `DataPlane.name` does. */
  readonly plane: string;
  /** What it was: `MESSAGE`. */
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly durationMs: number;
  readonly requestBody: string | Uint8Array;
  readonly responseBody: string | Uint8Array;
}

export interface PlaneNote {
  /** The id that the client was told. */
  readonly requestId: string;
  readonly accountId: string;
  readonly region: string;
  /** What the request came to, for the log: the route's key. */
  readonly operation: string;
  readonly errorReason: string | undefined;
  /** Everything else, as the plane sees fit to show it. */
  readonly details: object;
}
