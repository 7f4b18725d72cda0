/**
 * Publishing: what a portal shows is frozen, so that nobody sees a change before its owner has said so.
 * AWS needs minutes for each of these and says so by `…_IN_PROGRESS`; here they are done when answered.
 */
import type {
  DisablePortalRequest,
  PreviewPortalRequest,
  PublishPortalRequest,
  StatusException,
} from '../../../model/generated/apigatewayv2.types.ts';
import { notSupported } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { PREVIEW_TOKEN_LENGTH } from '../identifiers.ts';
import { PREVIEW_LIFETIME_MS } from '../limits.ts';
import type { GatewayState } from '../state.ts';
import { buildSite } from './build-site.ts';
import { exceptionOf } from './endpoint-lookup.ts';
import type { SiteKind } from './kept-sites.ts';
import type { StoredPortal, StoredPreview } from './portal-documents.ts';

export async function publishPortal(
  state: GatewayState,
  { PortalId, Description }: PublishPortalRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { apis, portals } = state;
  const portal = await portals.get(context, PortalId);
  const exception = await freeze(state, portal, 'published', context);
  await portals.update(context, PortalId, (portal) => {
    portal.StatusException = exception;
    portal.PublishStatus = exception ? 'PUBLISH_FAILED' : 'PUBLISHED';
    if (exception) return;
    portal.LastPublished = apis.now();
    portal.LastPublishedDescription = Description;
  });
  return {};
}

/** At an address that cannot be guessed, and not for long. */
export async function previewPortal(
  state: GatewayState,
  { PortalId }: PreviewPortalRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { apis, clock, portals } = state;
  const portal = await portals.get(context, PortalId);
  const exception = await freeze(state, portal, 'preview', context);
  const preview: StoredPreview = {
    status: exception ? 'PREVIEW_FAILED' : 'PREVIEW_READY',
    exception,
    token: apis.newId(PREVIEW_TOKEN_LENGTH),
    endsAtMs: clock.nowMs() + PREVIEW_LIFETIME_MS,
  };
  await portals.update(context, PortalId, (portal) => {
    portal.preview = preview;
  });
  return {};
}

export async function disablePortal(
  { portals, portalSites }: GatewayState,
  { PortalId }: DisablePortalRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await portals.update(context, PortalId, (portal) => {
    portal.PublishStatus = 'DISABLED';
    portal.StatusException = undefined;
  });
  await portalSites.remove(PortalId, ['published']);
  return {};
}

/** Keeps what the portal shows now, or says why it cannot. */
async function freeze(
  state: GatewayState,
  portal: StoredPortal,
  kind: SiteKind,
  context: RequestContext,
): Promise<StatusException | undefined> {
  // Fail closed: a portal that is to know its visitors is not shown to everybody.
  if (!portal.Authorization.None) throw notSupported('sign-in to portals by Amazon Cognito');
  try {
    const site = await buildSite(state, portal, context);
    await state.portalSites.put(portal.PortalId, kind, context, site);
    return undefined;
  } catch (error) {
    return exceptionOf(error);
  }
}
