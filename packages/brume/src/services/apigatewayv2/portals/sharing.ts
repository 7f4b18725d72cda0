/**
 * Who else may use a portal product. On AWS a product is shared by AWS RAM, which is not here: nobody
 * outside of its account has one, whatever its sharing policy says.
 */
import type {
  DeletePortalProductSharingPolicyRequest,
  GetPortalProductSharingPolicyRequest,
  GetPortalProductSharingPolicyResponse,
  PutPortalProductSharingPolicyRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import { isResourcePolicy } from '../../gateway/policy-document.ts';
import type { RequestContext } from '../../service.ts';
import type { GatewayState } from '../state.ts';
import type { StoredProduct } from './portal-documents.ts';

/** Wording unverified. */
export function accessDenied(): AwsError {
  return new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message: 'The portal product is not shared with this account',
  });
}

export interface ProductInput {
  readonly PortalProductId: string;
  readonly ResourceOwnerAccountId?: string | undefined;
}

/** A product that the caller's account may see. */
export async function findProduct(
  { portalProducts }: GatewayState,
  { PortalProductId, ResourceOwnerAccountId }: ProductInput,
  context: RequestContext,
): Promise<StoredProduct> {
  if (ResourceOwnerAccountId !== undefined && ResourceOwnerAccountId !== context.accountId) {
    throw accessDenied();
  }
  return portalProducts.get(context, PortalProductId);
}

export async function putPortalProductSharingPolicy(
  { portalProducts }: GatewayState,
  { PortalProductId, PolicyDocument }: PutPortalProductSharingPolicyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  if (!isResourcePolicy(PolicyDocument)) throw badRequest('Invalid policy document');
  await portalProducts.update(context, PortalProductId, (product) => {
    product.sharingPolicy = PolicyDocument;
  });
  return {};
}

export async function getPortalProductSharingPolicy(
  { portalProducts }: GatewayState,
  { PortalProductId }: GetPortalProductSharingPolicyRequest,
  context: RequestContext,
): Promise<GetPortalProductSharingPolicyResponse> {
  const { sharingPolicy } = await portalProducts.get(context, PortalProductId);
  if (sharingPolicy === undefined) throw noPolicy();
  return { PolicyDocument: sharingPolicy, PortalProductId };
}

export async function deletePortalProductSharingPolicy(
  { portalProducts }: GatewayState,
  { PortalProductId }: DeletePortalProductSharingPolicyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await portalProducts.update(context, PortalProductId, (product) => {
    if (product.sharingPolicy === undefined) throw noPolicy();
    product.sharingPolicy = undefined;
  });
  return {};
}

function noPolicy(): AwsError {
  return notFound('The portal product has no sharing policy');
}
