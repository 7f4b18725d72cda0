/** The pages of portals before they are loaded: they claim requests by their address alone. */
import type { DataPlane } from '../data-plane.ts';
import { parsePortalAddress } from './address.ts';
import type { PortalPages } from './portal-pages.ts';

/** `load` is called for every request that is claimed, and gives the same each time. */
export function portalPlane(load: () => Promise<PortalPages>): DataPlane {
  return {
    name: 'apigateway-portal',
    claim(request) {
      const address = parsePortalAddress(request);
      if (!address) return undefined;
      return async (http) => (await load()).answer(http, address);
    },
  };
}
