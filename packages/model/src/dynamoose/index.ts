/** `@brume/model/dynamoose`: Dynamoose's API, for programs that were written for it. */
import { dynamoose } from './dynamoose.ts';

export const { model, Table, Instance, Schema, Condition, transaction, aws, logger, type } =
  dynamoose;
export default dynamoose;
