/** Calls an operation of a running Brume as any AWS client does: signed, over HTTP. */
import { createHash } from 'node:crypto';
import { formatBasicDate } from '../auth/basic-date.ts';
import { canonicalRequest } from '../auth/canonical-request.ts';
import { sign, signingKey, stringToSign } from '../auth/sigv4.ts';
import { ConfigError, endpointOf } from '../config.ts';
import type { Config } from '../config.ts';
import type { RootKey } from './env.ts';

/** An error that the operation answered with. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface JsonOperation {
  /** The service's name in signatures: `logs`. */
  readonly service: string;
  /** `x-amz-target`: `Logs_20140328.FilterLogEvents`. */
  readonly target: string;
  readonly input: object;
}

/** The operation's output. Throws `ApiError`, or `ConfigError` where no Brume answers. */
export async function callJson<Output>(
  config: Config,
  key: RootKey,
  { service, target, input }: JsonOperation,
): Promise<Output> {
  const endpoint = endpointOf(config);
  const body = JSON.stringify(input);
  const headers = {
    host: new URL(endpoint).host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': formatBasicDate(Date.now()),
    'x-amz-target': target,
  };
  const authorization = authorizationOf(headers, body, key, `${config.region}/${service}`);
  const response = await fetch(`${endpoint}/`, {
    method: 'POST',
    headers: { ...headers, authorization },
    body,
  }).catch(() => {
    throw new ConfigError(`No Brume answers at ${endpoint}. Start one with: brume start`);
  });
  const answer = (await response.json()) as Output & { __type?: string; message?: string };
  if (response.ok) return answer;
  throw new ApiError(answer.__type?.split('#').at(-1) ?? 'Unknown', answer.message ?? '');
}

function authorizationOf(
  headers: Readonly<Record<'host' | 'x-amz-date', string>>,
  body: string,
  { accessKeyId, secretAccessKey }: RootKey,
  place: string,
): string {
  const algorithm = 'AWS4-HMAC-SHA256';
  const requestTime = headers['x-amz-date'];
  const scope = `${requestTime.slice(0, 8)}/${place}/aws4_request`;
  const signedHeaders = Object.keys(headers).sort();
  const raw = Object.entries(headers).flat();
  const canonical = canonicalRequest(
    { method: 'POST', target: '/', headers: { raw, get: () => undefined } },
    { signedHeaders, presigned: false },
    createHash('sha256').update(body).digest('hex'),
    'other',
  );
  const text = stringToSign({ algorithm, requestTime, scope }, canonical);
  const signature = sign(signingKey(secretAccessKey, scope), text).toString('hex');
  const parts = [
    `Credential=${accessKeyId}/${scope}`,
    `SignedHeaders=${signedHeaders.join(';')}`,
    `Signature=${signature}`,
  ];
  return `${algorithm} ${parts.join(', ')}`;
}
