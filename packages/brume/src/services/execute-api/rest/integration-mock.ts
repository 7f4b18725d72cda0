/** MOCK integrations: the request's template says which response is the answer. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
import { mockStatus } from '../mock-status.ts';
import { HeaderFields } from './header-fields.ts';
import { internalFailure } from './gateway-failure.ts';
import type { CompiledIntegration } from './compiled-stage.ts';
import { compileResponses } from './method-response.ts';
import { compileRequestBody } from './request-body.ts';
import { compileRequestMapping } from './request-mapping.ts';

const NOTHING = Buffer.alloc(0);

export function compileMock(integration: Integration): CompiledIntegration {
  const map = compileRequestMapping(integration);
  const renderBody = compileRequestBody(integration);
  const respondWith = compileResponses(integration);
  return {
    type: 'MOCK',
    call(execution) {
      const { payload } = renderBody(execution, map(execution));
      const status = mockStatus(payload.toString());
      if (status === undefined) throw internalFailure('the mock names no statusCode');
      execution.response = respondWith(execution, {
        headers: new HeaderFields(),
        body: NOTHING,
        selector: String(status),
      });
    },
  };
}
