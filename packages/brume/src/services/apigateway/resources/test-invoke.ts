/** Trying a method or an authorizer of an API as it is now, without a deployment. */
import type {
  TestInvokeAuthorizerRequest,
  TestInvokeAuthorizerResponse,
  TestInvokeMethodRequest,
  TestInvokeMethodResponse,
} from '../../../model/generated/apigateway.types.ts';
import type { TestRequest } from '../../execute-api/port.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { snapshotOf } from '../rest-api-document.ts';
import type { RestApiDocument } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { findAuthorizer, noAuthorizer } from './authorizers.ts';
import { findMethod, noResource } from './find.ts';

export async function testInvokeMethod(
  state: RestState,
  input: TestInvokeMethodRequest,
  context: RequestContext,
): Promise<TestInvokeMethodResponse> {
  const { restApiId, resourceId, httpMethod } = input;
  const document = await state.apis.get(context, restApiId, noResource);
  // Wording unverified.
  if (!findMethod(document, input).methodIntegration) {
    throw badRequest('No integration defined for method');
  }
  const plane = await state.testInvoke();
  const named = { resourceId, httpMethod };
  const tried = await plane.invokeMethod({ ...requestOf(document, input, context), ...named });
  const { latencyMs, status, headers, multiValueHeaders, body, log } = tried;
  return {
    ...{ status, body, log, latency: latencyMs, headers: { ...headers } },
    multiValueHeaders: copied(multiValueHeaders),
  };
}

export async function testInvokeAuthorizer(
  state: RestState,
  input: TestInvokeAuthorizerRequest,
  context: RequestContext,
): Promise<TestInvokeAuthorizerResponse> {
  const { restApiId, authorizerId, additionalContext = {} } = input;
  const document = await state.apis.get(context, restApiId, noAuthorizer);
  findAuthorizer(document, authorizerId);
  const plane = await state.testInvoke();
  const request = { ...requestOf(document, input, context), authorizerId, additionalContext };
  const { latencyMs, authorization, claims, ...others } = await plane.invokeAuthorizer(request);
  return {
    ...others,
    latency: latencyMs,
    authorization: authorization && copied(authorization),
    claims: claims && { ...claims },
  };
}

function requestOf(
  document: RestApiDocument,
  input: TestInvokeMethodRequest | TestInvokeAuthorizerRequest,
  { accountId, region }: RequestContext,
): TestRequest {
  return {
    accountId,
    region,
    configuration: snapshotOf(document),
    pathWithQueryString: input.pathWithQueryString || undefined,
    body: input.body ?? '',
    headers: input.headers ?? {},
    multiValueHeaders: input.multiValueHeaders ?? {},
    stageVariables: input.stageVariables ?? {},
  };
}

function copied(lists: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, [...values]]));
}
