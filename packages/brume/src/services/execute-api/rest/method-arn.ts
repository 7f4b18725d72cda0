/** What policies call a request: `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}`. */
import type { RestExecution } from './rest-execution.ts';

export function methodArn({ stage, request }: RestExecution): string {
  const { region, accountId, apiId, stageName } = stage;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/${request.method}${request.path}`;
}
