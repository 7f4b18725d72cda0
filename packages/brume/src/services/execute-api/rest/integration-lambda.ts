/** AWS integrations with a function: the mapped request is its event, what it answers is mapped back. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { jsonFields } from '../json-fields.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { HeaderFields } from './header-fields.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { compileResponses } from './method-response.ts';
import { compileRequestBody } from './request-body.ts';
import { compileRequestMapping } from './request-mapping.ts';
import { runFunction } from './run-function.ts';
import type { StageText } from './stage-text.ts';

export function compileLambda(
  integration: Integration,
  functionArn: StageText,
): CompiledIntegration {
  const { timeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_DEFAULT_MS } = integration;
  const map = compileRequestMapping(integration);
  const renderBody = compileRequestBody(integration);
  const respondWith = compileResponses(integration);
  return {
    type: 'AWS',
    async call(execution, runtime) {
      const outgoing = map(execution);
      const rendered = renderBody(execution, outgoing).payload;
      // Recorded 2024-12 (test_apigateway_header_remapping_aws): no body is an empty event.
      const payload = rendered.length === 0 ? '{}' : rendered;
      const functionName = functionArn(execution.variables);
      const startedMs = runtime.clock.monotonicMs();
      const result = await runFunction(execution, runtime, {
        functionName,
        payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
        timeoutMs,
        credentialsArn: integration.credentials,
        invocationType: isEvent(outgoing.headers) ? 'Event' : undefined,
      });
      const body = Buffer.from(result.payload);
      execution.integration = {
        uri: functionName,
        requestHeaders: outgoing.headers,
        requestBody: payload,
        latencyMs: runtime.clock.monotonicMs() - startedMs,
        status: result.statusCode,
        responseHeaders: undefined,
        responseBody: body,
      };
      const selector = result.functionError === undefined ? '' : errorMessage(body);
      const headers = new HeaderFields();
      execution.response = respondWith(execution, { headers, body, selector });
      execution.response.headers.set('X-Amzn-Trace-Id', execution.traceId);
    },
  };
}

/** By the header that people map to `'Event'` (developer guide, "Set up asynchronous invocation"). */
function isEvent(headers: HeaderFields): boolean {
  return headers.get('x-amz-invocation-type') === 'Event';
}

/** What error patterns are matched with; a failure without a message is a failure all the same. */
export function errorMessage(body: Buffer): string {
  const message = jsonFields(body.toString('utf8'))?.['errorMessage'];
  return typeof message === 'string' ? message : 'Unhandled';
}
