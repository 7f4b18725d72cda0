/**
 * The ways to name a function: its name, a partial ARN (`123456789012:function:name`), or its ARN,
 * each with `:qualifier` or without.
 */
import type { RequestContext } from '../service.ts';
import { otherAccount, otherRegion, qualifierMismatch } from './errors.ts';

/** A function in its account and region. */
export interface FunctionReference {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface QualifiedReference extends FunctionReference {
  /** Version, alias or `$LATEST` as the caller gave it; undefined when there was none. */
  readonly qualifier: string | undefined;
}

export const LATEST = '$LATEST';

/** The groups of the model's own pattern for `NamespacedFunctionName` (2026-08). */
const NAME =
  /^(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/**
 * Reads `FunctionName` and `Qualifier` of a request. Both may have the qualifier; then they must agree.
 * A name that breaks the pattern never gets here through the API; for callers inside it is a name that
 * does not exist.
 */
export function parseFunctionName(
  functionName: string,
  qualifier: string | undefined,
  context: Pick<RequestContext, 'accountId' | 'region'>,
): QualifiedReference {
  const [, region, accountId, name, derived] = NAME.exec(functionName) ?? [];
  if (region !== undefined && region !== context.region) throw otherRegion(region, context.region);
  if (accountId !== undefined && accountId !== context.accountId) throw otherAccount();
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw qualifierMismatch();
  }
  return {
    accountId: context.accountId,
    region: context.region,
    name: name ?? functionName,
    qualifier: qualifier ?? derived,
  };
}

export function functionArn(reference: FunctionReference, qualifier?: string): string {
  const { region, accountId, name } = reference;
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** Published versions are numbers; whatever else qualifies a function is an alias. */
export function isVersionNumber(qualifier: string): boolean {
  return /^[0-9]+$/.test(qualifier);
}
