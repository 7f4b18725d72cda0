/** DescribeEndpoints: the address that the client has used, for SDKs that ask for it. */
import { ENDPOINT_CACHE_MINUTES } from '../limits.ts';
import type { DynamoDBOperation } from '../state.ts';

export const describeEndpoints: DynamoDBOperation<'DescribeEndpoints'> = (
  _state,
  _input,
  { baseUrl },
) => ({
  Endpoints: [{ Address: new URL(baseUrl).host, CachePeriodInMinutes: ENDPOINT_CACHE_MINUTES }],
});
