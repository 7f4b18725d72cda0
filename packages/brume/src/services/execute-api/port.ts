/** What other services may ask of the data plane: to try a method or an authorizer that is not deployed. */
import type { KeptUsage, Quota, RestApiConfiguration, UsageKey } from '../apigateway/port.ts';

export interface TestInvokePort {
  /** Runs a method from its request's mapping to its response, without authorization, keys and limits. */
  invokeMethod(request: TestMethodRequest): Promise<TestMethodResult>;
  invokeAuthorizer(request: TestAuthorizerRequest): Promise<TestAuthorizerResult>;
}

export interface TestRequest {
  readonly accountId: string;
  readonly region: string;
  /** The API as it is now. */
  readonly configuration: RestApiConfiguration;
  /** As the operation has it: `/pets/7?type=dog`. Without it the path is the resource's own. */
  readonly pathWithQueryString: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

export interface TestMethodRequest extends TestRequest {
  /** Both are in the configuration. */
  readonly resourceId: string;
  readonly httpMethod: string;
}

export interface TestMethodResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly log: string;
  readonly latencyMs: number;
}

export interface TestAuthorizerRequest extends TestRequest {
  /** In the configuration. */
  readonly authorizerId: string;
  readonly additionalContext: Readonly<Record<string, string>>;
}

export interface TestAuthorizerResult {
  /** The status that a client would get: 200, 401, 403 or 500. */
  readonly clientStatus: number;
  readonly log: string;
  readonly latencyMs: number;
  /** Of Lambda authorizers; the policy as JSON text. */
  readonly principalId: string | undefined;
  readonly policy: string | undefined;
  readonly authorization: Readonly<Record<string, readonly string[]>> | undefined;
  /** Of user pools. */
  readonly claims: Readonly<Record<string, string>> | undefined;
}

/** What keys of usage plans have used. */
export interface UsagePort {
  /** Resolves once all that was counted before is kept. */
  flush(): Promise<void>;
  /**
   * Lets a key make so many more requests in the period that is now, which is kept when this resolves.
   * `kept` is what it has used so far.
   */
  setRemaining(
    key: UsageKey,
    kept: KeptUsage | undefined,
    quota: Quota,
    remaining: number,
  ): Promise<void>;
}
