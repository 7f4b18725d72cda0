/** What other services may ask of the data plane: to try a method or an authorizer that is not deployed. */
import type { PublishedUsagePlan, RestApiConfiguration } from '../apigateway/port.ts';

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

/** What keys of usage plans have used; counted since this process began. */
export interface UsagePort {
  usageOf(plan: PublishedUsagePlan, keyId: string): KeyUsage;
  /** Lets a key make so many more requests in the period that is now, of a plan with a quota. */
  setRemaining(plan: PublishedUsagePlan, keyId: string, remaining: number): void;
}

export interface KeyUsage {
  /** Requests by day (`2026-11-22`, in UTC), of the last 90 days at most. */
  readonly days: ReadonlyMap<string, number>;
  /** Of the period that is now; undefined where the plan has no quota. */
  readonly remaining: number | undefined;
}
