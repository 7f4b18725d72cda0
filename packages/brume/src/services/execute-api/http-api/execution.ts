/** One request on its way through the gateway: each step fills in what the later ones need. */
import type { PublishedIntegration } from '../../apigatewayv2/port.ts';
import type { ClientCertificate } from '../../gateway/port.ts';
import type { AuthorizerContext } from '../authorizer-context.ts';
import type { CompiledRoute, CompiledStage } from './compiled-stage.ts';
import type { IncomingRequest, RequestParts } from './incoming-request.ts';

/** An answer before it is written: header names in lower case. */
export interface GatewayResponse {
  status: number;
  readonly headers: Map<string, string[]>;
  body: string | Uint8Array;
}

export interface StepTiming {
  readonly step: string;
  readonly durationMs: number;
}

const NO_BODY = Buffer.alloc(0);

export class Execution {
  readonly stage: CompiledStage;
  readonly request: IncomingRequest;
  /** As AWS makes them: 16 characters that end with `=`. */
  readonly requestId: string;
  readonly timeMs: number;
  /** Host by which functions can call this API back. */
  readonly domainName: string;
  /** AWS X-Ray's trace: the client's own or a new one. */
  readonly traceId: string;
  /** What the client has shown, where the domain asks for it. */
  readonly client: ClientCertificate | undefined;
  /** From `matchRoute`. */
  route: CompiledRoute | undefined = undefined;
  pathParameters: ReadonlyMap<string, string> = new Map();
  /** From `authorize`. */
  authorizer: AuthorizerContext | undefined = undefined;
  /** From `receiveBody`. */
  body: Buffer = NO_BODY;
  /** From `mapRequest`: what the integration is told. */
  outgoing: RequestParts;
  /** From whichever step answers. */
  response: GatewayResponse | undefined = undefined;
  /** For the trace. */
  integrationStatus: number | undefined = undefined;
  errorReason: string | undefined = undefined;
  readonly timings: StepTiming[] = [];

  constructor(fields: {
    readonly stage: CompiledStage;
    readonly request: IncomingRequest;
    readonly requestId: string;
    readonly timeMs: number;
    readonly domainName: string;
    readonly traceId: string;
    readonly client: ClientCertificate | undefined;
  }) {
    this.stage = fields.stage;
    this.request = fields.request;
    this.requestId = fields.requestId;
    this.timeMs = fields.timeMs;
    this.domainName = fields.domainName;
    this.traceId = fields.traceId;
    this.client = fields.client;
    this.outgoing = fields.request;
  }

  /** The route, once it is known that there is one. */
  get matched(): CompiledRoute {
    if (!this.route) throw new Error('a step ran before the route was known');
    return this.route;
  }

  get integration(): PublishedIntegration | undefined {
    return this.route?.integration;
  }
}
