/** Clients that are generated of deployed APIs: in JavaScript, of all the languages that AWS has. */
import type {
  GetSdkRequest,
  GetSdkTypeRequest,
  SdkResponse,
  SdkType,
  SdkTypes,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { javascriptSdk } from '../sdk/javascript.ts';
import type { RestState } from '../state.ts';
import { findStage } from './stages.ts';

const JAVASCRIPT: SdkType = {
  id: 'javascript',
  friendlyName: 'JavaScript',
  description: 'JavaScript SDK for browsers and Node',
  configurationProperties: [],
};

export function getSdkTypes(): SdkTypes {
  return { items: [JAVASCRIPT] };
}

export function getSdkType(_state: RestState, { id }: GetSdkTypeRequest): SdkType {
  // Wording unverified.
  if (id !== JAVASCRIPT.id) throw notFound('Invalid SDK type specified');
  return JAVASCRIPT;
}

export async function getSdk(
  { apis }: RestState,
  { restApiId, stageName, sdkType }: GetSdkRequest,
  context: RequestContext,
): Promise<SdkResponse> {
  const document = await apis.get(context, restApiId);
  const { deploymentId } = findStage(document, stageName);
  if (sdkType !== JAVASCRIPT.id) {
    throw badRequest(`Brume generates SDKs of the type javascript only, not ${sdkType}`);
  }
  const snapshot = await apis.snapshot(context, restApiId, deploymentId);
  if (!snapshot) throw badRequest('Deployment id does not exist');
  // Why the address has this form: docs/decisions/0004-api-endpoints.md.
  const endpoint = `${context.baseUrl}/_aws/execute-api/${restApiId}/${stageName}`;
  return {
    contentType: 'application/octet-stream',
    contentDisposition: `attachment; filename="javascript_${restApiId}_${stageName}.zip"`,
    body: javascriptSdk(snapshot, { endpoint, region: context.region }),
  };
}
