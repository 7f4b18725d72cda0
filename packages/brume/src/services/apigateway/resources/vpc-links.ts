/**
 * VPC links. There are no private networks: an integration through a link goes to the host of its own
 * address, wherever that is, and the load balancers that a link names are not asked.
 */
import type {
  CreateVpcLinkRequest,
  DeleteVpcLinkRequest,
  GetVpcLinkRequest,
  GetVpcLinksRequest,
  UpdateVpcLinkRequest,
  VpcLink,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredVpcLink } from '../collections.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { vpcLinkPatch } from '../patching/tables.ts';
import type { RestState } from '../state.ts';

const LOAD_BALANCER = /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:loadbalancer\/net\/\S+$/;

/** Pending in this answer, as AWS's are for minutes; available from then on. */
export async function createVpcLink(
  { vpcLinks, newId }: RestState,
  { name, description, targetArns, tags }: CreateVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  const link: StoredVpcLink = {
    id: newId(SHORT_ID_LENGTH),
    name,
    description,
    targetArns,
    status: 'AVAILABLE',
    statusMessage: 'Your vpc link is ready for use',
    tags: validTags(tags),
  };
  validate(link);
  await vpcLinks.create(context, link.id, link);
  return { ...link, status: 'PENDING', statusMessage: undefined };
}

export async function getVpcLink(
  { vpcLinks }: RestState,
  { vpcLinkId }: GetVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  return vpcLinks.get(context, vpcLinkId);
}

export async function getVpcLinks(
  { vpcLinks }: RestState,
  input: GetVpcLinksRequest,
  context: RequestContext,
): Promise<Page<VpcLink>> {
  return pageOf(await vpcLinks.list(context), input, ({ id }) => id);
}

export async function updateVpcLink(
  { vpcLinks }: RestState,
  { vpcLinkId, patchOperations }: UpdateVpcLinkRequest,
  context: RequestContext,
): Promise<VpcLink> {
  return vpcLinks.update(context, vpcLinkId, (link) => {
    applyPatch(vpcLinkPatch, link, patchOperations);
    validate(link);
    return link;
  });
}

export async function deleteVpcLink(
  { vpcLinks }: RestState,
  { vpcLinkId }: DeleteVpcLinkRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await vpcLinks.remove(context, vpcLinkId);
  return {};
}

/** Wordings unverified. */
function validate({ name, targetArns = [] }: StoredVpcLink): void {
  if (!name) throw badRequest('Vpc Link name cannot be empty');
  const [target, ...others] = targetArns;
  if (target === undefined || others.length > 0) {
    throw badRequest('A Vpc Link must have exactly one target ARN');
  }
  if (!LOAD_BALANCER.test(target)) {
    throw badRequest(`Invalid target ARN specified: ${target}. Must be of a Network Load Balancer`);
  }
}
