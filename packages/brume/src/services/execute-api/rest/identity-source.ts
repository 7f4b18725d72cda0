/** What an authorizer goes by: `method.request.header.Authorization`, `context.identity.sourceIp` …. */
import { compileSource } from './parameter-source.ts';
import type { RestExecution } from './rest-execution.ts';

/** The value of each; empty for what is not there. */
export type IdentitySources = (execution: RestExecution) => string[];

export function compileIdentitySources(written: string | undefined): IdentitySources {
  const sources = (written ?? '')
    .split(',')
    .filter((each) => each.trim() !== '')
    .map((each) => compileSource(each.trim()));
  return (execution) =>
    sources.map((source) => {
      const value = source(execution);
      return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
    });
}
