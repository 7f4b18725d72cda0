/** AWS_PROXY integrations: the request as an event, the function's answer as the response. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { proxyEvent } from './event.ts';
import { loggedText } from './execution-log.ts';
import { internalFailure, malformedProxyResponse } from './gateway-failure.ts';
import type { GatewayFailure } from './gateway-failure.ts';
import { errorMessage } from './integration-lambda.ts';
import { INTEGRATION_TIMEOUT_DEFAULT_MS } from './limits.ts';
import { requestPayload } from './media-types.ts';
import { compileRequestMapping } from './request-mapping.ts';
import { proxyResponse, streamedResponse } from './proxy-response.ts';
import type { Payload } from './rest-execution.ts';
import { runFunction, streamFunction } from './run-function.ts';
import { functionOf } from './stage-text.ts';
import { readStreamedAnswer } from './streamed-answer.ts';

const FAILURE_LENGTH_MAX = 500;

export function compileLambdaProxy(integration: Integration): CompiledIntegration {
  const { uri = '', httpMethod, contentHandling } = integration;
  const { timeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_DEFAULT_MS } = integration;
  const map = compileRequestMapping(integration);
  const functionArn = functionOf(uri);
  const isStreamed = integration.responseTransferMode === 'STREAM';
  return {
    type: 'AWS_PROXY',
    async call(execution, runtime) {
      // Recorded 2023: functions are asked by POST, whatever the client's method.
      if (httpMethod !== 'POST') throw internalFailure(`the integration's method is ${httpMethod}`);
      if (!functionArn) throw internalFailure(`no function: ${uri}`);
      const functionName = functionArn(execution.variables);
      const { request, served, body } = execution;
      const isBinary = served.binaryTypes.has(request.headers.get('content-type'));
      const event = proxyEvent(
        execution,
        requestPayload(body, isBinary, contentHandling),
        map(execution),
      );
      const payload = Buffer.from(JSON.stringify(event));
      const call = { functionName, payload, timeoutMs, credentialsArn: integration.credentials };
      const startedMs = runtime.clock.monotonicMs();
      const record = (execution.integration = {
        uri: functionName,
        requestHeaders: undefined,
        requestBody: payload,
        latencyMs: 0,
        status: undefined as number | undefined,
        responseHeaders: undefined,
        responseBody: '' as Payload,
      });
      const answered = isStreamed
        ? await streamFunction(execution, runtime, call)
        : await runFunction(execution, runtime, call);
      record.latencyMs = runtime.clock.monotonicMs() - startedMs;
      record.status = 200;
      if ('chunks' in answered && answered.contentType !== undefined) {
        const deadlineMs = startedMs + timeoutMs;
        const { metadata, body } = await readStreamedAnswer(answered, deadlineMs, runtime);
        record.responseBody = metadata;
        execution.response = streamedResponse(metadata, body, execution);
        return;
      }
      const result = 'chunks' in answered ? await answered.completed : answered;
      const answer = bytesOf(result.payload);
      record.responseBody = answer;
      if (result.functionError !== undefined) {
        throw functionFailure(answer);
      }
      execution.response = proxyResponse(answer, execution);
    },
  };
}

/** The line as AWS's users show it (2022, 2025), without `. Lambda request id: …` at its end. */
function functionFailure(answer: Buffer): GatewayFailure {
  const text = answer.toString('utf8', 0, FAILURE_LENGTH_MAX);
  const message = `Lambda execution failed with status 200 due to customer function error: ${loggedText(errorMessage(answer))}`;
  return malformedProxyResponse(`the function failed: ${text}`, message);
}

function bytesOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
