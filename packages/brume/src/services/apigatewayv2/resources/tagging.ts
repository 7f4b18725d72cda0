/**
 * Tags by ARN: `arn:aws:apigateway:{region}::/apis/{id}[/stages/{name}]`, domain names, VPC links; and
 * portals and their products, whose ARNs say the account.
 */
import type {
  GetTagsRequest,
  GetTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { validTags, withTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument } from '../api-document.ts';
import { resourceNotFound } from '../errors.ts';
import type { GatewayState } from '../state.ts';

type Tags = Record<string, string>;

export async function getTags(
  { apis, domainNames, vpcLinks, portals, portalProducts }: GatewayState,
  { ResourceArn }: GetTagsRequest,
  context: RequestContext,
): Promise<GetTagsResponse> {
  const { kind, id, stageName } = parseArn(ResourceArn, context);
  if (kind === 'portals') return { Tags: (await portals.get(context, id)).Tags };
  if (kind === 'portalproducts') return { Tags: (await portalProducts.get(context, id)).Tags };
  if (kind === 'domainnames') return { Tags: (await (await domainNames()).get(context, id)).tags };
  if (kind === 'vpclinks') return { Tags: (await vpcLinks.get(context, id)).Tags };
  return { Tags: tagged(await apis.get(context, id), stageName).Tags ?? {} };
}

export async function tagResource(
  state: GatewayState,
  { ResourceArn, Tags: added }: TagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await change(state, ResourceArn, context, (tags) => validTags(withTags(tags, added)));
  return {};
}

export async function untagResource(
  state: GatewayState,
  { ResourceArn, TagKeys }: UntagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await change(state, ResourceArn, context, (before) => {
    const tags = withTags(before, {});
    for (const key of TagKeys) delete tags[key];
    return tags;
  });
  return {};
}

const ARN =
  /^arn:[\w-]+:apigateway:([\w-]+)::\/(apis|domainnames|vpclinks)\/([^/]+)(?:\/stages\/([^/]+))?$/;
const PORTAL_ARN = /^arn:[\w-]+:apigateway:([\w-]+):(\d{12}):\/(portals|portalproducts)\/([^/]+)$/;

function parseArn(arn: string, context: RequestContext) {
  const match = ARN.exec(arn);
  const [, region, kind, id = '', stageName] = match ?? [];
  const isOfApi = kind === 'apis' || stageName === undefined;
  if (match && region === context.region && isOfApi) return { kind, id, stageName };
  const [, portalRegion, accountId, portalKind, portalId = ''] = PORTAL_ARN.exec(arn) ?? [];
  if (portalRegion !== context.region || accountId !== context.accountId) {
    // Recorded from AWS (first version of the service).
    throw badRequest('Invalid ARN specified in the request');
  }
  return { kind: portalKind, id: portalId, stageName: undefined };
}

/** Gives a resource the tags that `next` makes of its own. */
async function change(
  { apis, domainNames, vpcLinks, portals, portalProducts }: GatewayState,
  arn: string,
  context: RequestContext,
  next: (tags: Tags) => Tags,
): Promise<Tags> {
  const { kind, id, stageName } = parseArn(arn, context);
  if (kind === 'domainnames') {
    return (await domainNames()).update(
      context,
      id,
      (domain) => (domain.tags = next(domain.tags ?? {})),
    );
  }
  const retag = (item: { Tags?: Tags | undefined }) => (item.Tags = next(item.Tags ?? {}));
  if (kind === 'vpclinks') return vpcLinks.update(context, id, retag);
  if (kind === 'portals') return portals.update(context, id, retag);
  if (kind === 'portalproducts') return portalProducts.update(context, id, retag);
  return apis.update(context, id, 'settings', (document) => retag(tagged(document, stageName)));
}

/** What carries the tags. */
function tagged(document: ApiDocument, stageName: string | undefined) {
  if (stageName === undefined) return document.api;
  const stage = document.stages.find((each) => each.StageName === stageName);
  if (!stage) throw resourceNotFound('stage');
  return stage;
}
