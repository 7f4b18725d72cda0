/** The data plane before it is loaded: it claims requests by their address alone. */
import type { HttpResponse } from '../../http/message.ts';
import type { DataPlane, PlaneNote } from '../data-plane.ts';
import { parseAddress } from './address.ts';
import type { ExecuteApi, ExecutionTrace } from './execute-api.ts';

/**
 * `load` is called for every request that is claimed, and gives the same each time; so does
 * `restApiIds`, the ids of the REST APIs there are at any time.
 */
export function executeApiPlane(
  load: () => ExecuteApi | Promise<ExecuteApi>,
  restApiIds: () => Promise<ReadonlySet<string>> = async () => new Set(),
): DataPlane {
  return {
    name: 'execute-api',
    claim(request) {
      const address = parseAddress(request);
      if (!address) return undefined;
      return async (http, note) => {
        if ((await restApiIds()).has(address.apiId)) return notServed(address.apiId);
        return (await load()).answer(http, address, (record) => note(noteOf(record)));
      };
    },
  };
}

/** 501, so that nobody takes it for an answer of the API. */
function notServed(apiId: string): HttpResponse {
  const message = `Brume does not serve REST APIs yet: ${apiId} is kept, and answers no requests.`;
  return {
    status: 501,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  };
}

function noteOf(record: ExecutionTrace): PlaneNote {
  const { requestId, accountId, region, errorReason, ...details } = record;
  const operation = record.routeKey ?? `${record.method} (no route)`;
  return { requestId, accountId, region, operation, errorReason, details };
}
