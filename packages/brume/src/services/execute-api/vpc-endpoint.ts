/**
 * VPC endpoints, by which private APIs are called. There are no private networks here: the users of this
 * machine say by which endpoint they come, as hosts of AWS do (developer guide, "Invoke a private API"), or by
 * the header by which AWS's own network says so. Whoever else can reach Brume is not believed.
 */
import type { HttpRequest } from '../../http/message.ts';

const ENDPOINT = /^vpce-[0-9a-z]+$/;
/** `{apiId}-{vpce}` */
const OF_API = /^([a-z0-9]+)-(vpce-[0-9a-z]+)$/;
/** `{vpce}-{suffix}`, with the API in a header. */
const OF_ENDPOINT = /^(vpce-[0-9a-z]+)(?:-[0-9a-z-]+)?$/;

export interface EndpointAddress {
  readonly apiId: string;
  readonly endpointId: string | undefined;
}

/** What the first label of a host stands for, in lower case. */
export function endpointAddress(label: string, http: HttpRequest): EndpointAddress {
  if (!label.includes('vpce-')) return { apiId: label, endpointId: saidEndpoint(http) };
  const [, apiId, ofApi] = OF_API.exec(label) ?? [];
  if (apiId !== undefined) return { apiId, endpointId: ofApi };
  const [, endpointId] = OF_ENDPOINT.exec(label) ?? [];
  if (endpointId === undefined) return { apiId: label, endpointId: saidEndpoint(http) };
  return { apiId: http.headers.get('x-apigw-api-id')?.toLowerCase() ?? '', endpointId };
}

export function saidEndpoint({ headers }: HttpRequest): string | undefined {
  const said = headers.get('x-amzn-vpce-id');
  return said !== undefined && ENDPOINT.test(said) ? said : undefined;
}
