/** A table's definition as a CloudFormation resource: `AWS::DynamoDB::Table`. */
import type { TableDefinition } from '../table/table.ts';
import { createTableInput } from './create-table.ts';

export interface CloudFormationResource {
  readonly Type: 'AWS::DynamoDB::Table';
  readonly Properties: { readonly [name: string]: unknown };
}

export function toCloudFormation(table: TableDefinition): CloudFormationResource {
  const { StreamSpecification: stream, ...properties } = createTableInput(table);
  return {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      ...properties,
      ...(stream && { StreamSpecification: { StreamViewType: stream.StreamViewType } }),
      ...(table.ttl !== undefined && {
        TimeToLiveSpecification: { AttributeName: table.ttl, Enabled: true },
      }),
    },
  };
}
