/** The data plane of function URLs before it is loaded: it claims requests by their address alone. */
import type { DataPlane } from '../../data-plane.ts';
import { parseUrlAddress } from './address.ts';
import type { FunctionUrls } from './function-urls.ts';

/** `load` is called for every request that is claimed, and gives the same each time. */
export function functionUrlPlane(load: () => Promise<FunctionUrls>): DataPlane {
  return {
    name: 'lambda-url',
    claim(request) {
      const address = parseUrlAddress(request);
      if (!address) return undefined;
      return async (http, note) => (await load()).answer(http, address, note);
    },
  };
}
