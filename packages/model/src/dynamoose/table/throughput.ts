/** A throughput setting as DynamoDB wants it. */

export type Throughput =
  | 'ON_DEMAND'
  | number
  | { read?: number | undefined; write?: number | undefined };

export type Capacity =
  | { BillingMode: 'PAY_PER_REQUEST' }
  | { ProvisionedThroughput: { ReadCapacityUnits: number; WriteCapacityUnits: number } }
  | { none?: never };

export function provisionedThroughput(throughput: Throughput | undefined): Capacity {
  if (throughput === undefined) return {};
  if (throughput === 'ON_DEMAND') return { BillingMode: 'PAY_PER_REQUEST' };
  const { read, write } =
    typeof throughput === 'number' ? { read: throughput, write: throughput } : throughput;
  return {
    ProvisionedThroughput: {
      ReadCapacityUnits: read as number,
      WriteCapacityUnits: write as number,
    },
  };
}
