/** The limits that a stage sets on its routes. */
import type { RouteSettings } from '../../model/generated/apigatewayv2.types.ts';
import type { StoredStage } from './api-document.ts';
import type { Throttle } from './port.ts';

/** By route key. */
export function throttles({ RouteSettings: byKey = {} }: StoredStage): Map<string, Throttle> {
  const found = new Map<string, Throttle>();
  for (const [routeKey, settings] of Object.entries(byKey)) {
    const limits = throttle(settings);
    if (limits) found.set(routeKey, limits);
  }
  return found;
}

/** What is absent is the account's limit, which Brume does not have: unlimited. */
export function throttle(settings: RouteSettings | undefined): Throttle | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  if (rate === undefined && burst === undefined) return undefined;
  return { ratePerSecond: rate ?? Infinity, burst: burst ?? Infinity };
}
