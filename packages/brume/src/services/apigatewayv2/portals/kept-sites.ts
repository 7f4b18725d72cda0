/**
 * What portals show, kept by their ids alone: a request to a portal carries nothing else. A site is shown
 * only while its portal says so, which is asked each time.
 */
import type { Clock } from '../../../environment/environment.ts';
import { encodeKey } from '../../../storage/key-encoding.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { toJson } from '../../gateway/document-store.ts';
import type { Scope } from '../../gateway/document-store.ts';
import type { FoundSite, PortalSite, PortalSites } from '../../portal-site/port.ts';
import { limitReached } from '../errors.ts';
import { PORTAL_SITE_BYTES_MAX } from '../limits.ts';
import type { Portals, StoredPortal } from './portal-documents.ts';

export type SiteKind = 'published' | 'preview';

interface KeptSite {
  readonly scope: Scope;
  readonly site: PortalSite;
}

export class KeptSites implements PortalSites {
  readonly #store: OrderedStore;
  readonly #portals: Portals;
  readonly #clock: Clock;

  constructor(store: OrderedStore, portals: Portals, clock: Clock) {
    this.#store = store;
    this.#portals = portals;
    this.#clock = clock;
  }

  /** Shown once the portal says that it is. */
  async put(portalId: string, kind: SiteKind, scope: Scope, site: PortalSite): Promise<void> {
    const { accountId, region } = scope;
    const kept: KeptSite = { scope: { accountId, region }, site };
    const value = toJson(kept);
    if (value.length > PORTAL_SITE_BYTES_MAX) throw limitReached('bytes', 'portal');
    const key = keyOf(portalId, kind);
    await this.#store.transact([], () => ({
      writes: [{ type: 'put', key, value }],
      result: undefined,
    }));
  }

  async remove(portalId: string, kinds: readonly SiteKind[] = ['published', 'preview']) {
    const keys = kinds.map((kind) => keyOf(portalId, kind));
    await this.#store.transact([], () => ({
      writes: keys.map((key) => ({ type: 'delete', key })),
      result: undefined,
    }));
  }

  /** One whose publication failed shows what was published before. */
  async published(portalId: string): Promise<FoundSite> {
    return this.#find(
      portalId,
      'published',
      ({ PublishStatus }) => PublishStatus === 'PUBLISHED' || PublishStatus === 'PUBLISH_FAILED',
    );
  }

  async preview(portalId: string, token: string): Promise<FoundSite> {
    return this.#find(
      portalId,
      'preview',
      ({ preview }) =>
        preview?.status === 'PREVIEW_READY' &&
        preview.token === token &&
        preview.endsAtMs > this.#clock.nowMs(),
    );
  }

  async #find(
    portalId: string,
    kind: SiteKind,
    isShown: (portal: StoredPortal) => boolean,
  ): Promise<FoundSite> {
    const value = await this.#store.get(keyOf(portalId, kind));
    if (!value) return undefined;
    const { scope, site } = JSON.parse(Buffer.from(value).toString('utf8')) as KeptSite;
    const portal = await this.#portals.find(scope, portalId);
    if (!portal || !isShown(portal)) return undefined;
    // Whoever asks for a sign-in closes at once what is open, before it is published again too.
    return portal.Authorization.None ? site : 'closed';
  }
}

/** `portal-sites` can be no account's number. */
function keyOf(portalId: string, kind: SiteKind): Buffer {
  return encodeKey(['apigatewayv2', 'portal-sites', portalId, kind]);
}
