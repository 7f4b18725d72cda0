/**
 * A data plane answers plain HTTP rather than AWS operations: deployed APIs, function URLs. It claims
 * the requests that are addressed to it by host or path, before any service sees them.
 */
import type { HttpHandler, HttpRequest } from '../http/message.ts';

export interface DataPlane {
  /** Names the plane in logs and metrics, as AWS names it: `execute-api`. */
  readonly name: string;
  /** True for pages that show what was recorded: recording them too would only push it out. */
  readonly unrecorded?: boolean;
  /** The handler for a request addressed to this plane; undefined when it is not. */
  claim(request: HttpRequest): HttpHandler | undefined;
}
