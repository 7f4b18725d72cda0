/** What other services may ask of Lambda: to run a function. */
import type { ExecutionStatus } from '../../model/generated/lambda.types.ts';

export interface LambdaPort {
  /**
   * Runs a function and waits for its answer (`RequestResponse`), or hands the event over for later
   * (`Event`). A function that fails still resolves, with `functionError`; it rejects with an
   * `AwsError` when the invocation itself could not be made: `ResourceNotFoundException`,
   * `TooManyRequestsException`, `RequestEntityTooLargeException` ….
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /**
   * Resolves when the function begins to stream its answer, or has given it in one piece. Rejects as
   * `invoke` does.
   */
  invokeStreamed(request: InvokeRequest): Promise<StreamedInvocation>;
}

export interface StreamedInvocation {
  readonly executedVersion: string | undefined;
  /** Of what the function streams; undefined for a function that answers in one piece. */
  readonly contentType: string | undefined;
  /** What the function streams. Ends early, without an error, when the function breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How it ended. Its payload is the answer in one piece, or the error. */
  readonly completed: Promise<InvokeResult>;
}

export interface InvokeRequest {
  /** A function's name, partial ARN or ARN; ARN forms may end with `:qualifier`. */
  readonly functionName: string;
  /** A version, an alias or `$LATEST`, beside or instead of the one in the name. */
  readonly qualifier?: string | undefined;
  /** JSON text, UTF-8. An empty payload reaches the function as `{}`. */
  readonly payload: Uint8Array;
  /** Where a name or partial ARN is looked up. */
  readonly accountId: string;
  readonly region: string;
  /** `RequestResponse` where absent. */
  readonly invocationType?: 'RequestResponse' | 'Event' | 'DryRun' | undefined;
  /** Base64 of JSON, as Lambda's `X-Amz-Client-Context` header has it. */
  readonly clientContext?: string | undefined;
  /** The caller's `X-Amzn-Trace-Id`; a new trace where absent. */
  readonly traceId?: string | undefined;
  /** What the function sees as `awsRequestId`; a new UUID where absent. */
  readonly requestId?: string | undefined;
  /**
   * On whose behalf: the function's policy must admit it, else `AccessDeniedException`. Absent where
   * the caller acts with a role or as a user of the function's own account.
   */
  readonly source?: InvocationSource | undefined;
  /** Of a function that keeps its tenants apart: whom it runs for. */
  readonly tenantId?: string | undefined;
  /** Of a durable function only: executions of one name and payload are one. */
  readonly durableExecutionName?: string | undefined;
}

/** A service of AWS that has a function run because somebody set it up so. */
export interface InvocationSource {
  /** `apigateway.amazonaws.com`. */
  readonly service: string;
  /** What in the service it is: an API's method, a rule, a bucket. */
  readonly arn: string;
  readonly accountId: string;
}

export interface InvokeResult {
  /** 200 for `RequestResponse`, 202 for `Event`, 204 for `DryRun`. */
  readonly statusCode: number;
  /** The function's answer (JSON text), its error object when `functionError` is set, else empty. */
  readonly payload: Uint8Array;
  readonly functionError: 'Unhandled' | 'Handled' | undefined;
  /** Version that ran; differs from the qualifier when that is an alias. */
  readonly executedVersion: string;
  /** The last 4 KB of the invocation's log, as text. */
  readonly logTail: string;
  /** Of a durable function: the execution, and how it stands. */
  readonly durableExecutionArn?: string | undefined;
  readonly durableStatus?: ExecutionStatus | undefined;
}
