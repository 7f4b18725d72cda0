/** Portals: what is shown of which products, and in which colours. Nobody sees one until it is published. */
import type {
  Authorization,
  CreatePortalRequest,
  DeletePortalRequest,
  EndpointConfigurationRequest,
  GetPortalRequest,
  PortalContent,
  PortalSummary,
  Preview,
  UpdatePortalRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, notSupported } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { PORTAL_ID_LENGTH } from '../identifiers.ts';
import { PRODUCTS_OF_PORTAL_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { PageInput } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { parseProductArn, portalArn } from './arns.ts';
import { defaultDomainName, previewUrl } from './portal-address.ts';
import type { StoredPortal } from './portal-documents.ts';
import { accessDenied } from './sharing.ts';

export async function createPortal(
  state: GatewayState,
  input: CreatePortalRequest,
  context: RequestContext,
): Promise<PortalSummary> {
  const { apis, portals } = state;
  refuseUnsupported(input);
  const portalId = apis.newId(PORTAL_ID_LENGTH);
  const portal: StoredPortal = {
    Authorization: validAuthorization(input.Authorization),
    IncludedPortalProductArns: await validProducts(
      state,
      input.IncludedPortalProductArns ?? [],
      context,
    ),
    LastModified: apis.now(),
    PortalArn: portalArn(context, portalId),
    PortalContent: withoutLogo(input.PortalContent),
    PortalId: portalId,
    // Developer guide, "Create a portal": "its publish status is `Disabled`".
    PublishStatus: 'DISABLED',
    Tags: validTags(input.Tags) ?? {},
  };
  validEndpoint(input.EndpointConfiguration);
  await portals.create(context, portalId, portal);
  return shown(state, portal, context);
}

export async function getPortal(
  state: GatewayState,
  { PortalId }: GetPortalRequest,
  context: RequestContext,
): Promise<PortalSummary> {
  return shown(state, await state.portals.get(context, PortalId), context);
}

export async function listPortals(
  state: GatewayState,
  input: PageInput,
  context: RequestContext,
): Promise<{ Items: PortalSummary[]; NextToken: string | undefined }> {
  const portals = await state.portals.list(context);
  const { Items, NextToken } = pageOf(portals, input, ({ PortalId }) => PortalId);
  return { Items: Items.map((portal) => shown(state, portal, context)), NextToken };
}

/** What a published portal shows changes when it is published anew. */
export async function updatePortal(
  state: GatewayState,
  input: UpdatePortalRequest,
  context: RequestContext,
): Promise<PortalSummary> {
  refuseUnsupported(input);
  const { Authorization, EndpointConfiguration, IncludedPortalProductArns, PortalContent } = input;
  if (Authorization) validAuthorization(Authorization);
  if (EndpointConfiguration) validEndpoint(EndpointConfiguration);
  const arns =
    IncludedPortalProductArns && (await validProducts(state, IncludedPortalProductArns, context));
  const portal = await state.portals.update(context, input.PortalId, (portal) => {
    portal.Authorization = Authorization ?? portal.Authorization;
    portal.IncludedPortalProductArns = arns ?? portal.IncludedPortalProductArns;
    portal.PortalContent = PortalContent ? withoutLogo(PortalContent) : portal.PortalContent;
    portal.LastModified = state.apis.now();
    return portal;
  });
  return shown(state, portal, context);
}

/** The model has no error for a portal that is not there. */
export async function deletePortal(
  { portals, portalSites }: GatewayState,
  { PortalId }: DeletePortalRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const portal = await portals.find(context, PortalId);
  if (!portal) return {};
  // Developer guide, "Delete a portal": "you must disable it first". Wording unverified.
  if (portal.PublishStatus !== 'DISABLED') {
    throw badRequest('The portal must be disabled before it can be deleted');
  }
  await portals.remove(context, PortalId);
  await portalSites.remove(PortalId);
  return {};
}

/** A portal as operations answer with it. */
function shown(
  { clock }: GatewayState,
  { preview, ...portal }: StoredPortal,
  context: RequestContext,
): PortalSummary {
  const { PortalId } = portal;
  const isOver = preview === undefined || preview.endsAtMs <= clock.nowMs();
  const Preview: Preview | undefined = isOver
    ? undefined
    : {
        PreviewStatus: preview.status,
        PreviewUrl:
          preview.status === 'PREVIEW_READY'
            ? previewUrl(context, PortalId, preview.token)
            : undefined,
        StatusException: preview.exception,
      };
  return {
    ...portal,
    EndpointConfiguration: {
      PortalDefaultDomainName: defaultDomainName(context, PortalId),
      // Of everything behind CloudFront, as portals are (developer guide, "Choose a domain name").
      PortalDomainHostedZoneId: 'Z2FDTNDATAQYW2',
    },
    Preview,
  };
}

/** What would be kept without effect. */
function refuseUnsupported({
  LogoUri,
  RumAppMonitorName,
}: CreatePortalRequest | UpdatePortalRequest): void {
  if (LogoUri) throw notSupported('logos of portals, which are objects of S3');
  if (RumAppMonitorName) throw notSupported('app monitors of CloudWatch RUM');
}

/** Wordings of these refusals unverified. */
function validAuthorization(authorization: Authorization): Authorization {
  if (exactlyOne(authorization.CognitoConfig, authorization.None)) return authorization;
  throw badRequest('Authorization must have exactly one of cognitoConfig and none');
}

function validEndpoint({ AcmManaged, None }: EndpointConfigurationRequest): void {
  if (!exactlyOne(AcmManaged, None)) {
    throw badRequest('EndpointConfiguration must have exactly one of acmManaged and none');
  }
  if (AcmManaged) throw notSupported('domain names of their own for portals');
}

function exactlyOne(left: object | undefined, right: object | undefined): boolean {
  return (left === undefined) !== (right === undefined);
}

async function validProducts(
  { portalProducts }: GatewayState,
  arns: readonly string[],
  context: RequestContext,
): Promise<string[]> {
  if (arns.length > PRODUCTS_OF_PORTAL_MAX) throw limitReached('portal products', 'portal');
  if (new Set(arns).size !== arns.length) {
    throw badRequest('A portal can include a portal product only once');
  }
  for (const arn of arns) {
    const named = parseProductArn(arn);
    if (!named || named.region !== context.region) {
      throw badRequest(`Invalid portal product ARN specified: ${arn}`);
    }
    if (named.accountId !== context.accountId) throw accessDenied();
    if (!(await portalProducts.find(context, named.productId))) {
      throw badRequest(`Invalid portal product ARN specified: ${arn}`);
    }
  }
  return [...arns];
}

/** When a logo came is for AWS to say, and none does. */
function withoutLogo({ Theme, ...content }: PortalContent): PortalContent {
  return { ...content, Theme: { CustomColors: Theme.CustomColors } };
}
