/** Policies of resources, as both versions of API Gateway keep them: as text. */
import { compileResourcePolicy } from '../../policies/policy.ts';

/** Whether a text is a policy of which everything is understood. */
export function isResourcePolicy(text: string): boolean {
  try {
    return compileResourcePolicy(JSON.parse(text)) !== undefined;
  } catch {
    // Not JSON: no policy either.
    return false;
  }
}
