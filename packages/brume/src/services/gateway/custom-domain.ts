/** What both versions of API Gateway hold custom domain names to, and where these lead. */
import { badRequest } from './errors.ts';

/** How the first version writes the base path of a domain's root. */
export const ROOT_BASE_PATH = '(none)';

/** Wording unverified. */
export function refuseOuterSlashes(basePath: string): void {
  if (basePath === '' || /^\/|\/$|\/\//.test(basePath)) {
    throw badRequest('Base paths are without slashes at their ends');
  }
}

/** By the developer guide (2026); wording unverified. */
export function refuseOtherReach(of: {
  readonly isDomainPrivate: boolean;
  readonly isApiPrivate: boolean;
}): void {
  if (of.isDomainPrivate !== of.isApiPrivate) {
    throw badRequest(
      'Private domain names lead to private APIs only, and public ones to public APIs',
    );
  }
}

/** Developer guide: "Any policy that starts with `SecurityPolicy_` is an enhanced security policy." */
export function isEnhancedPolicy(securityPolicy: string | undefined): boolean {
  return securityPolicy?.startsWith('SecurityPolicy_') ?? false;
}
