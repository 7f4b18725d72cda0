/** MOCK integrations: the request's template says which response is the answer. */
import type { Integration } from '../../../model/generated/apigateway.types.ts';
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
      const status = statusOf(payload.toString());
      execution.response = respondWith(execution, {
        headers: new HeaderFields(),
        body: NOTHING,
        selector: String(status),
      });
    },
  };
}

/**
 * AWS reads JSON that is hardly any: `{statusCode: 200}` is what CDK writes, and templates leave commas
 * behind. All that counts is the member's number.
 */
const STATUS_CODE = /(?:^|[{,\s])["']?statusCode["']?\s*:\s*["']?(\d+)["']?\s*(?=[,}\s]|$)/;

function statusOf(text: string): number {
  const exact = statusOfJson(text);
  const status = exact ?? Number(STATUS_CODE.exec(text)?.[1] ?? Number.NaN);
  if (!Number.isInteger(status)) throw internalFailure('the mock names no statusCode');
  return status;
}

function statusOfJson(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('statusCode' in value)) return undefined;
    const { statusCode } = value;
    return typeof statusCode === 'number' || typeof statusCode === 'string'
      ? Number(statusCode)
      : undefined;
  } catch {
    // No JSON: the lax way.
    return undefined;
  }
}
