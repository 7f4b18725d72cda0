/** The data plane of function URLs: a request becomes an event, the function's answer the response. */
import { AwsError } from '../../../model/aws-error.ts';
import { BodyTooLargeError } from '../../../http/message.ts';
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import type { PlaneNote } from '../../data-plane.ts';
import {
  aliasKey,
  decodeRecord,
  functionKey,
  type AliasRecord,
  type FunctionRecord,
} from '../function-record.ts';
import { invokeFunction } from '../invocation/invoke-function.ts';
import { invokeStreamed } from '../invocation/invoke-streamed.ts';
import { PAYLOAD_BYTES_MAX, WARNED_URLS_MAX } from '../limits.ts';
import type { PolicyStatement } from '../policy.ts';
import type { InvokeRequest } from '../port.ts';
import type { LambdaState } from '../state.ts';
import type { UrlAddress } from './address.ts';
import { authorizeUrl } from './authorize-url.ts';
import { streamedResponse } from './streamed-response.ts';
import { answerPreflight, isPreflight, withCors } from './url-cors.ts';
import { urlEvent, type UrlIdentity } from './url-event.ts';
import { urlIdKey, type UrlRecord } from './url-record.ts';
import { InvalidAnswer, responseOf } from './url-response.ts';

/** Verifies the SigV4 signature of a request to a URL (service `lambda`); undefined for none, or a bad one. */
export type VerifyUrlCaller = (
  request: HttpRequest,
  body: Buffer,
  region: string,
) => UrlIdentity | undefined;

export class FunctionUrls {
  readonly #state: LambdaState;
  readonly #verify: VerifyUrlCaller | undefined;
  /** Whether URLs need both permissions that AWS wants, or one does, as in its older accounts. */
  readonly #isStrict: boolean;
  /** URLs whose second permission was missed; none twice. */
  readonly #warned = new Set<string>();

  /** Without `verify`, URLs with AWS_IAM let nobody through. */
  constructor(state: LambdaState, verify: VerifyUrlCaller | undefined, isStrict: boolean) {
    this.#state = state;
    this.#verify = verify;
    this.#isStrict = isStrict;
  }

  async answer(
    http: HttpRequest,
    address: UrlAddress,
    note: (note: PlaneNote) => void,
  ): Promise<HttpResponse> {
    const value = await this.#state.store.get(urlIdKey(address.urlId));
    // AWS answers so for an id that nobody has; from memory, not in the recordings.
    if (!value) return refusal(403, 'AccessDeniedException', '{"Message":null}');
    const url = decodeRecord<UrlRecord>(value);
    const requestId = this.#state.environment.random.uuid();
    const { accountId, region, name } = url;
    const operation = `${http.method} ${name}`;
    const noted = { requestId, accountId, region, operation, details: { path: address.path } };
    const { cors } = url;
    if (cors && isPreflight(http)) {
      note({ ...noted, errorReason: undefined });
      return answerPreflight(cors, http);
    }
    const { response, errorReason } = await this.#call(url, http, address, requestId).then(
      (answer) => ({ response: answer, errorReason: undefined }),
      (error: unknown) => ({ response: failure(error), errorReason: String(error) }),
    );
    note({ ...noted, errorReason });
    const headers = { ...response.headers, 'x-amzn-requestid': requestId };
    return { ...response, headers: cors ? withCors(cors, http, headers) : headers };
  }

  async #call(
    url: UrlRecord,
    http: HttpRequest,
    address: UrlAddress,
    requestId: string,
  ): Promise<HttpResponse> {
    const { environment } = this.#state;
    const body = await http.body.bytes(PAYLOAD_BYTES_MAX);
    const identity =
      url.authType === 'AWS_IAM' ? this.#verify?.(http, body, url.region) : undefined;
    const verdict = authorizeUrl(url, await this.#policyOf(url), identity);
    if (verdict === 'half') this.#warn(url);
    if (verdict !== 'allow' && (verdict === 'deny' || this.#isStrict)) throw forbidden();
    const timeMs = Math.floor(environment.clock.nowMs());
    const traceId = traceIdOf(http, timeMs, environment.random.bytes(12));
    const { region } = url;
    const event = { http, address, body, region, requestId, traceId, timeMs, identity };
    const request: InvokeRequest = {
      functionName: url.name,
      qualifier: url.alias,
      accountId: url.accountId,
      region,
      payload: Buffer.from(JSON.stringify(urlEvent(event))),
      traceId,
      requestId,
    };
    if (url.invokeMode === 'RESPONSE_STREAM') {
      return streamedResponse(await invokeStreamed(this.#state, request));
    }
    const { payload, functionError } = await invokeFunction(this.#state, request);
    if (functionError !== undefined) throw new InvalidAnswer('the function failed');
    return responseOf(Buffer.from(payload));
  }

  #warn(url: UrlRecord): void {
    if (this.#warned.has(url.urlId) || this.#warned.size >= WARNED_URLS_MAX) return;
    this.#warned.add(url.urlId);
    const fields = { function: url.name, missing: 'lambda:InvokeFunction' };
    this.#state.log.log(
      'warn',
      'AWS forbids this function URL without a second permission',
      fields,
    );
  }

  async #policyOf(url: UrlRecord): Promise<readonly PolicyStatement[]> {
    const { alias } = url;
    const key = alias === undefined ? functionKey(url) : aliasKey(url, alias);
    const value = await this.#state.store.get(key);
    if (!value) return [];
    if (alias !== undefined) return decodeRecord<AliasRecord>(value).policy ?? [];
    return decodeRecord<FunctionRecord>(value).latest.policy ?? [];
  }
}

/** Recorded 2025-11; the same for an alias that is gone. */
function forbidden(): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message:
      'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  });
}

function failure(error: unknown): HttpResponse {
  if (error instanceof InvalidAnswer) {
    const headers = { 'content-type': 'application/json' };
    return { status: 502, headers, body: 'Internal Server Error' };
  }
  if (error instanceof BodyTooLargeError) {
    const body = JSON.stringify({ message: 'Request Entity Too Large' });
    return refusal(413, 'RequestEntityTooLargeException', body);
  }
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'ResourceNotFoundException') return failure(forbidden());
  const isForbidden = error.code === 'AccessDeniedException';
  const body = isForbidden
    ? { Message: error.message }
    : { ...error.fields, message: error.message };
  const status = error.code === 'TooManyRequestsException' ? 429 : (error.status ?? 502);
  return refusal(status, error.code, JSON.stringify(body));
}

function refusal(status: number, errorType: string, body: string): HttpResponse {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': errorType };
  return { status, headers, body };
}

/** The caller's trace, or a new one. */
function traceIdOf(http: HttpRequest, timeMs: number, random: Buffer): string {
  const given = http.headers.get('x-amzn-trace-id');
  if (given !== undefined && /(?:^|;)Root=/.test(given)) return given;
  return `Root=1-${Math.floor(timeMs / 1000).toString(16)}-${random.toString('hex')}`;
}
