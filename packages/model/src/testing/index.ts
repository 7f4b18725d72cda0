/** `@brume/model/testing`: a DynamoDB in memory for unit tests. */
export { DynamoDBError } from './errors.ts';
export { MemoryDynamoDB } from './memory-dynamodb.ts';
export type { MemoryOptions, SentRequest } from './memory-dynamodb.ts';
