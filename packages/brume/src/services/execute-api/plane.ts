/** The data plane before it is loaded: it claims requests by their address alone. */
import type { DataPlane } from '../data-plane.ts';
import { parseAddress } from './address.ts';
import { CustomDomains } from './custom-domains.ts';
import type { ExecuteApi } from './execute-api.ts';
import { parseConnectionAddress } from './websocket/connection-address.ts';

/**
 * `load` is called for every request that is claimed, and gives the same each time. Custom domain names
 * are known once it has loaded.
 */
export function executeApiPlane(
  load: () => ExecuteApi | Promise<ExecuteApi>,
  domains = new CustomDomains(),
): DataPlane {
  return {
    name: 'execute-api',
    claim(request) {
      const address = parseAddress(request, domains);
      if (address) return async (http, note) => (await load()).answer(http, address, note);
      const connection = parseConnectionAddress(request);
      if (!connection) return undefined;
      return async (http, note) => (await load()).command(http, connection, note);
    },
  };
}
