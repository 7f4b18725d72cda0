/** DescribeLimits: what an account of AWS has by default. */
import { ACCOUNT_UNITS_MAX, TABLE_UNITS_MAX } from '../limits.ts';
import type { DynamoDBOperation } from '../state.ts';

export const describeLimits: DynamoDBOperation<'DescribeLimits'> = () => ({
  AccountMaxReadCapacityUnits: ACCOUNT_UNITS_MAX,
  AccountMaxWriteCapacityUnits: ACCOUNT_UNITS_MAX,
  TableMaxReadCapacityUnits: TABLE_UNITS_MAX,
  TableMaxWriteCapacityUnits: TABLE_UNITS_MAX,
});
