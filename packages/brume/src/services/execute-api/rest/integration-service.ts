/** AWS integrations with another service: the mapped request is one of its operations', called in this process. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { callOperation, knownService } from '../call-service.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { HeaderFields } from './header-fields.ts';
import { compileResponses } from './method-response.ts';
import { compileRequestBody } from './request-body.ts';
import { compileRequestMapping } from './request-mapping.ts';
import { compileStageText } from './stage-text.ts';

const ADDRESS = /^arn:[\w-]+:apigateway:([\w-]*):(?:[^:.]+\.)?([\w-]+):(action|path)\/(.*)$/s;

export function compileService(integration: Integration): CompiledIntegration {
  const { uri = '' } = integration;
  const [, region = '', name = '', kind = '', target = ''] = ADDRESS.exec(uri) ?? [];
  const service = knownService(name);
  const map = compileRequestMapping(integration);
  const renderBody = compileRequestBody(integration);
  const respondWith = compileResponses(integration);
  const action = compileStageText(target);
  return {
    type: 'AWS',
    async call(execution, { callService, clock }) {
      const outgoing = map(execution);
      const { payload } = renderBody(execution, outgoing);
      if (!service || !callService) throw notThere(name || uri);
      const mapped = kind === 'path' ? outgoing.headers.get('x-amz-target') : undefined;
      const operation = mapped ?? `${service.targetPrefix}.${action(execution.variables)}`;
      const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const startedMs = clock.monotonicMs();
      const { stage, request, timeMs } = execution;
      const call = {
        ...{ name, operation, timeMs, contentType: service.contentType },
        accountId: stage.accountId,
        region: region || stage.region,
        remoteAddress: request.http.remoteAddress,
      };
      const answer = await callOperation(callService, call, body);
      const answered = answer.body;
      execution.integration = {
        uri: `${name}:${operation}`,
        requestHeaders: outgoing.headers,
        requestBody: payload,
        latencyMs: clock.monotonicMs() - startedMs,
        status: answer.status,
        responseHeaders: undefined,
        responseBody: answered,
      };
      const headers = new HeaderFields();
      for (const [field, value] of Object.entries(answer.headers)) {
        headers.set(field, ...(typeof value === 'string' ? [value] : value));
      }
      const selector = String(answer.status);
      execution.response = respondWith(execution, { headers, body: answered, selector });
      execution.response.headers.set('X-Amzn-Trace-Id', execution.traceId);
    },
  };
}

/** 501, so that nobody takes it for an answer of AWS. */
function notThere(name: string): GatewayFailure {
  return new GatewayFailure('DEFAULT_5XX', `no integrations with ${name}`, {
    status: 501,
    message: `Brume has no integrations of REST APIs with ${name}.`,
    errorType: 'NotImplementedException',
  });
}
