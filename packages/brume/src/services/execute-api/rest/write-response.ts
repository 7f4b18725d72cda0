/** The answer as it is written: the gateway's own headers, and others' under the names it keeps for them. */
import type { HttpResponse } from '../../../http/message.ts';
import type { RestExecution } from './rest-execution.ts';

/** Recorded 2025 (test_apigateway_header_remapping_*), for all integrations; ours would be doubled. */
const REMAPPED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'server',
  'x-amzn-requestid',
]);
/** And where the response is mapped. */
const REMAPPED_MAPPED: ReadonlySet<string> = new Set([
  'authorization',
  'content-md5',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
]);
/** What concerns one connection, and what the gateway alone says. */
const DROPPED: ReadonlySet<string> = new Set(['transfer-encoding', 'keep-alive', 'x-amz-apigw-id']);

export function writeResponse(execution: RestExecution): HttpResponse {
  const { response, failure, method } = execution;
  if (!response) throw new Error('no step answered');
  const headers: Record<string, string | readonly string[]> = {};
  const isMapped =
    method?.integration.type !== 'HTTP_PROXY' && method?.integration.type !== 'AWS_PROXY';
  for (const { name, values } of response.headers) {
    const lower = name.toLowerCase();
    if (DROPPED.has(lower)) continue;
    const isRemapped = REMAPPED.has(lower) || (isMapped && REMAPPED_MAPPED.has(lower));
    const written = isRemapped && !failure ? `x-amzn-Remapped-${name}` : name;
    const [only = ''] = values;
    headers[written] = values.length === 1 ? only : values;
  }
  headers['x-amzn-RequestId'] = execution.requestId;
  headers['x-amz-apigw-id'] = execution.extendedRequestId;
  return { status: response.status, headers, body: response.body };
}
