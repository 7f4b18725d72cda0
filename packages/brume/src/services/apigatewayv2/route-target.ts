/** What a route points to is there. */
import { badRequest } from '../gateway/errors.ts';
import type { ApiDocument, StoredRoute } from './api-document.ts';
import { resourceNotFound } from './errors.ts';
import { targetIntegrationId } from './route-key.ts';

export function validateTarget({ integrations }: ApiDocument, { Target }: StoredRoute): void {
  if (Target === undefined) return;
  const id = targetIntegrationId(Target);
  if (id === undefined) throw badRequest(`Invalid target specified: ${Target}`);
  if (!integrations.some((each) => each.IntegrationId === id)) {
    throw resourceNotFound('Integration');
  }
}
