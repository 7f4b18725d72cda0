/** The names of durable executions: ARNs, checkpoint tokens, callback ids. */
import { callbackClosed, executionNotFound, invalidParameter } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import type { ExecutionRecord } from './execution-record.ts';

/** What leads to an execution: `id` tells it from others that had its name. */
export interface ExecutionName {
  readonly accountId: string;
  readonly region: string;
  readonly executionName: string;
  readonly id: string;
}

export function executionArn(execution: ExecutionRecord): string {
  const { version, executionName, id } = execution;
  return `${functionArn(execution, version)}/durable-execution/${executionName}/${id}`;
}

const ARN =
  /^arn:[^:]+:lambda:([^:]+):(\d{12}):function:[^/]+\/durable-execution\/([^/]+)\/([^/]+)$/;

/** Reads an ARN, which the model has found to be one. */
export function parseExecutionArn(arn: string): ExecutionName {
  const [, region, accountId, executionName, id] = ARN.exec(arn) ?? [];
  if (!region || !accountId || !executionName || !id) throw executionNotFound(arn);
  return { accountId, region, executionName, id };
}

export function checkpointToken({ id, token }: ExecutionRecord): string {
  return Buffer.from(`${id}/${token}`).toString('base64');
}

/** Throws unless the token is the one that holds; the SDKs know the refusal by its first words. */
export function checkToken(execution: ExecutionRecord, token: string): void {
  if (token !== checkpointToken(execution)) throw invalidParameter('Invalid Checkpoint Token');
}

export interface CallbackName extends ExecutionName {
  readonly operationId: string;
}

export function callbackId(execution: ExecutionRecord, operationId: string): string {
  const { accountId, region, executionName, id } = execution;
  const parts = [accountId, region, executionName, id, operationId];
  return Buffer.from(parts.join('/')).toString('base64');
}

export function parseCallbackId(text: string): CallbackName {
  const parts = Buffer.from(text, 'base64').toString().split('/');
  const [accountId, region, executionName, id, operationId] = parts;
  if (!accountId || !region || !executionName || !id || !operationId) throw callbackClosed();
  return { accountId, region, executionName, id, operationId };
}
