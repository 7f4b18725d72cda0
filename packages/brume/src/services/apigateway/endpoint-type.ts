/** Where APIs and domain names can be called from. */
import type { EndpointConfiguration } from '../../model/generated/apigateway.types.ts';

/** From private networks only. */
export function isPrivate({
  endpointConfiguration,
}: {
  readonly endpointConfiguration?: EndpointConfiguration | undefined;
}): boolean {
  return endpointConfiguration?.types?.includes('PRIVATE') ?? false;
}
