/** One request on its way through a REST API: each step fills in what the later ones need. */
import type { IamIdentity } from '../authorizer-context.ts';
import { overridesOf, templateContext } from '../templates/scope.ts';
import type { TemplateOverrides } from '../templates/scope.ts';
import type { VtlMap } from '../templates/values.ts';
import type { CompiledDeployment, CompiledMethod, CompiledRestStage } from './compiled-stage.ts';
import { contextVariables } from './context-variables.ts';
import type { GatewayFailure } from './gateway-failure.ts';
import type { HeaderFields } from './header-fields.ts';
import type { RestRequest, Strings } from './rest-request.ts';

export type Payload = string | Buffer;

/** An answer before it is written. */
export interface RestResponse {
  status: number;
  headers: HeaderFields;
  body: Payload | AsyncIterable<Uint8Array>;
}

/** What an authorizer found out. */
export interface RestAuthorizer {
  readonly principalId: string | undefined;
  /** Of Lambda authorizers: what the function gave, as text. */
  readonly context: Strings;
  /** Of user pools. */
  readonly claims: Strings | undefined;
  readonly usageIdentifierKey: string | undefined;
}

/** What the integration was asked and answered, for traces and logs; bodies are not copied. */
export interface IntegrationRecord {
  uri: string;
  requestHeaders: HeaderFields | undefined;
  requestBody: Payload;
  latencyMs: number;
  status: number | undefined;
  responseHeaders: HeaderFields | undefined;
  responseBody: Payload;
}

export interface AuthorizerRecord {
  readonly id: string;
  readonly cached: boolean;
  readonly event: object | undefined;
  readonly answer: string | undefined;
  readonly latencyMs: number;
}

export interface StepTiming {
  readonly step: string;
  readonly durationMs: number;
}

const NO_BODY = Buffer.alloc(0);
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

export interface RestExecutionFields {
  readonly stage: CompiledRestStage;
  readonly request: RestRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly timeMs: number;
  readonly domainName: string;
  /** Makes AWS X-Ray's trace, where one is asked for. */
  readonly newTraceId: () => string;
  /** Whether the canary's deployment serves it. */
  readonly isCanary: boolean;
}

export class RestExecution {
  readonly stage: CompiledRestStage;
  readonly served: CompiledDeployment;
  /** Undefined where the stage has no canary. */
  readonly isCanary: boolean | undefined;
  readonly variables: Strings;
  readonly request: RestRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly timeMs: number;
  readonly domainName: string;
  readonly #newTraceId: () => string;
  #traceId: string | undefined;
  /** From `matchMethod`. */
  method: CompiledMethod | undefined = undefined;
  pathParameters: ReadonlyMap<string, string> = NO_PARAMETERS;
  /** From `authorize`. */
  identity: IamIdentity | undefined = undefined;
  authorizer: RestAuthorizer | undefined = undefined;
  /** From `checkApiKey`. */
  apiKey: { readonly id: string; readonly value: string } | undefined = undefined;
  /** From `receiveBody`. */
  body: Buffer = NO_BODY;
  bodyReceived = false;
  /** From whichever step answers. */
  response: RestResponse | undefined = undefined;
  failure: GatewayFailure | undefined = undefined;
  /** For traces and logs. */
  integration: IntegrationRecord | undefined = undefined;
  authorization: AuthorizerRecord | undefined = undefined;
  /** What templates made. */
  renderedRequest: string | undefined = undefined;
  renderedResponse: string | undefined = undefined;
  cache: 'hit' | 'miss' | undefined = undefined;
  /** Whether a template was rendered that overrides something. */
  overridden = false;
  readonly timings: StepTiming[] = [];
  #context: VtlMap | undefined;

  constructor(fields: RestExecutionFields) {
    const { stage, isCanary } = fields;
    const { canary } = stage;
    this.stage = stage;
    this.served = isCanary && canary ? canary.deployment : stage.deployment;
    this.variables = isCanary && canary ? canary.variables : stage.variables;
    this.isCanary = canary && isCanary;
    this.request = fields.request;
    this.requestId = fields.requestId;
    this.extendedRequestId = fields.extendedRequestId;
    this.timeMs = fields.timeMs;
    this.domainName = fields.domainName;
    this.#newTraceId = fields.newTraceId;
  }

  /** The client's own trace, or a new one. */
  get traceId(): string {
    return (this.#traceId ??= this.#newTraceId());
  }

  /** The method, once it is known that there is one. */
  get matched(): CompiledMethod {
    if (!this.method) throw new Error('a step ran before the method was known');
    return this.method;
  }

  /** `$context`, one for all templates of the request: what one overrides, the next one sees. */
  get context(): VtlMap {
    return (this.#context ??= templateContext(contextVariables(this)));
  }

  /** What templates have overridden so far; undefined where none that overrides was rendered. */
  get overrides(): TemplateOverrides | undefined {
    return this.overridden && this.#context ? overridesOf(this.#context) : undefined;
  }
}
