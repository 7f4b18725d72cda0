/** The requests that the library sends and the answers that it reads, as DynamoDB names them. */
import type { AttributeMap } from '../attribute-value.ts';

interface Expressions {
  ConditionExpression?: string;
  FilterExpression?: string;
  KeyConditionExpression?: string;
  ProjectionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: { [name: string]: string };
  ExpressionAttributeValues?: AttributeMap;
}

interface OnTable extends Expressions {
  TableName: string;
  ReturnConsumedCapacity?: 'TOTAL' | 'INDEXES' | 'NONE';
}

export interface PutInput extends OnTable {
  Item: AttributeMap;
  ReturnValues?: 'NONE' | 'ALL_OLD';
}
export interface KeyInput extends OnTable {
  Key: AttributeMap;
}
export interface GetInput extends KeyInput {
  ConsistentRead?: boolean;
}
export interface DeleteInput extends KeyInput {
  ReturnValues?: 'NONE' | 'ALL_OLD';
}
export interface UpdateInput extends KeyInput {
  ReturnValues?: 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';
}
interface ReadManyInput extends OnTable {
  IndexName?: string;
  Limit?: number;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: AttributeMap;
  Select?: 'COUNT';
}
export interface QueryInput extends ReadManyInput {
  ScanIndexForward?: boolean;
}
export interface ScanInput extends ReadManyInput {
  Segment?: number;
  TotalSegments?: number;
}
export interface ReadManyOutput {
  Items?: AttributeMap[];
  Count?: number;
  ScannedCount?: number;
  LastEvaluatedKey?: AttributeMap;
}

type KeysAndAttributes = Expressions & { Keys: AttributeMap[]; ConsistentRead?: boolean };
export type WriteRequest =
  | { PutRequest: { Item: AttributeMap } }
  | { DeleteRequest: { Key: AttributeMap } };

export type TransactWrite =
  | { Put: PutInput }
  | { Update: KeyInput }
  | { Delete: KeyInput }
  | { ConditionCheck: KeyInput };
type TransactGet = { Get: KeyInput };

/** The table operations, as far as migrations use them. */
export interface TableDescription {
  TableName?: string;
  TableStatus?: string;
  KeySchema?: KeyElement[];
  AttributeDefinitions?: AttributeDefinition[];
  BillingModeSummary?: { BillingMode?: string };
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
  StreamSpecification?: StreamSpecification;
  DeletionProtectionEnabled?: boolean;
  TableClassSummary?: { TableClass?: string };
  LatestStreamArn?: string;
  ItemCount?: number;
}
export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}
interface AttributeDefinition {
  AttributeName: string;
  AttributeType: 'S' | 'N' | 'B';
}
interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}
interface StreamSpecification {
  StreamEnabled: boolean;
  StreamViewType?: string;
}
export interface Projection {
  ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  NonKeyAttributes?: string[];
}
export interface IndexInput {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: Projection;
  ProvisionedThroughput?: Throughput;
}
export type IndexDescription = Partial<IndexInput> & { IndexStatus?: string };
export interface CreateTableInput {
  TableName: string;
  KeySchema: KeyElement[];
  AttributeDefinitions: AttributeDefinition[];
  BillingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexes?: IndexInput[];
  LocalSecondaryIndexes?: IndexInput[];
  StreamSpecification?: StreamSpecification;
  DeletionProtectionEnabled?: boolean;
  TableClass?: string;
}
export interface UpdateTableInput {
  TableName: string;
  AttributeDefinitions?: AttributeDefinition[];
  BillingMode?: string;
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexUpdates?: object[];
  StreamSpecification?: StreamSpecification;
  DeletionProtectionEnabled?: boolean;
  TableClass?: string;
}
interface OnTtl {
  TableName: string;
}
interface TtlInput extends OnTtl {
  TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
}
export interface TtlDescription {
  TimeToLiveStatus?: string;
  AttributeName?: string;
}

export interface Operations {
  GetItem: { input: GetInput; output: { Item?: AttributeMap } };
  PutItem: { input: PutInput; output: { Attributes?: AttributeMap } };
  UpdateItem: { input: UpdateInput; output: { Attributes?: AttributeMap } };
  DeleteItem: { input: DeleteInput; output: { Attributes?: AttributeMap } };
  Query: { input: QueryInput; output: ReadManyOutput };
  Scan: { input: ScanInput; output: ReadManyOutput };
  BatchGetItem: {
    input: { RequestItems: { [table: string]: KeysAndAttributes } };
    output: {
      Responses?: { [table: string]: AttributeMap[] };
      UnprocessedKeys?: { [table: string]: KeysAndAttributes };
    };
  };
  BatchWriteItem: {
    input: { RequestItems: { [table: string]: WriteRequest[] } };
    output: { UnprocessedItems?: { [table: string]: WriteRequest[] } };
  };
  TransactWriteItems: {
    input: { TransactItems: TransactWrite[]; ClientRequestToken?: string };
    output: object;
  };
  TransactGetItems: {
    input: { TransactItems: TransactGet[] };
    output: { Responses?: { Item?: AttributeMap }[] };
  };
  DescribeTable: { input: { TableName: string }; output: { Table?: TableDescription } };
  CreateTable: { input: CreateTableInput; output: object };
  UpdateTable: { input: UpdateTableInput; output: object };
  DeleteTable: { input: { TableName: string }; output: object };
  DescribeTimeToLive: {
    input: OnTtl;
    output: { TimeToLiveDescription?: TtlDescription };
  };
  UpdateTimeToLive: { input: TtlInput; output: object };
}

export type Operation = keyof Operations;
