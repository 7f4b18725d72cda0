/** VPC links. There are no private networks: an integration through one goes to the host of its own URL. */
import type {
  CreateVpcLinkRequest,
  DeleteVpcLinkRequest,
  GetVpcLinkRequest,
  UpdateVpcLinkRequest,
  VpcLink,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { Collection } from '../../gateway/collection.ts';
import { reviveDate } from '../../gateway/document-store.ts';
import { badRequest, conflict, notFound } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { VPC_LINK_ID_LENGTH } from '../identifiers.ts';
import { VPC_LINKS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { PageInput } from '../pagination.ts';
import type { GatewayState, StoredVpcLink } from '../state.ts';

export function openVpcLinks(store: OrderedStore): Collection<StoredVpcLink> {
  return new Collection(store, {
    service: 'apigatewayv2',
    kind: 'vpclink',
    max: VPC_LINKS_MAX,
    revive: (link) => reviveDate(link, 'CreatedDate'),
    full: () => limitReached('VPC links'),
    missing: () => notFound('Invalid VPC Link identifier specified'),
    taken: (id) => conflict(`VPC link ${id} already exists`),
  });
}

/** Pending in this answer, as AWS's are for minutes; available from then on. */
export async function createVpcLink(
  { apis, vpcLinks }: GatewayState,
  input: CreateVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  // Wording unverified.
  if (input.SubnetIds.length === 0) throw badRequest('A VPC link must have a subnet');
  const link: StoredVpcLink = {
    CreatedDate: apis.now(),
    Name: input.Name,
    SecurityGroupIds: input.SecurityGroupIds ?? [],
    SubnetIds: input.SubnetIds,
    Tags: validTags(input.Tags) ?? {},
    VpcLinkId: apis.newId(VPC_LINK_ID_LENGTH),
    VpcLinkStatus: 'AVAILABLE',
    VpcLinkStatusMessage: 'VPC link is ready to route traffic',
    VpcLinkVersion: 'V2',
  };
  await vpcLinks.create(context, link.VpcLinkId, link);
  return {
    ...link,
    VpcLinkStatus: 'PENDING',
    VpcLinkStatusMessage: 'VPC link is provisioning ENIs',
  };
}

export async function getVpcLink(
  { vpcLinks }: GatewayState,
  { VpcLinkId }: GetVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  return vpcLinks.get(context, VpcLinkId);
}

export async function getVpcLinks(
  { vpcLinks }: GatewayState,
  input: PageInput,
  context: RequestContext,
): Promise<{ Items: VpcLink[]; NextToken: string | undefined }> {
  return pageOf(await vpcLinks.list(context), input, (link) => link.VpcLinkId);
}

export async function updateVpcLink(
  { vpcLinks }: GatewayState,
  { VpcLinkId, Name }: UpdateVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  return vpcLinks.update(context, VpcLinkId, (link) => {
    link.Name = Name ?? link.Name;
    return link;
  });
}

export async function deleteVpcLink(
  { vpcLinks }: GatewayState,
  { VpcLinkId }: DeleteVpcLinkRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await vpcLinks.remove(context, VpcLinkId);
  return {};
}
