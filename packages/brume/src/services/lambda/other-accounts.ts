/**
 * Requests about a function of another account. Where the function's policy admits the caller to the
 * operation they go on in that account; all others are answered there as ever: with 403.
 */
import type { RequestContext } from '../service.ts';
import { functionArn, LATEST, parseFunctionName } from './function-name.ts';
import { decodeRecord, qualifiedKey, type FunctionRecord } from './function-record.ts';
import { isAllowed } from './policy.ts';
import type { LambdaState } from './state.ts';

/**
 * "You can grant cross-account access for most API operations that operate on an existing function"
 * (permissions-function-cross-account.html); which, is from memory of that page. Not those that change
 * who may, nor UpdateFunctionConfiguration (awsdocs/aws-lambda-developer-guide issue 139).
 */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...['CreateAlias', 'GetAlias', 'ListAliases', 'UpdateAlias', 'DeleteAlias'],
  ...['GetFunction', 'GetFunctionConfiguration', 'DeleteFunction', 'UpdateFunctionCode'],
  ...['Invoke', 'InvokeAsync', 'InvokeWithResponseStream'],
  ...['PublishVersion', 'ListVersionsByFunction', 'GetPolicy'],
  ...['GetFunctionConcurrency', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency'],
  ...['GetFunctionEventInvokeConfig', 'ListFunctionEventInvokeConfigs'],
  ...['PutFunctionEventInvokeConfig', 'UpdateFunctionEventInvokeConfig'],
  ...['DeleteFunctionEventInvokeConfig', 'GetProvisionedConcurrencyConfig'],
  ...['ListProvisionedConcurrencyConfigs', 'PutProvisionedConcurrencyConfig'],
  ...['DeleteProvisionedConcurrencyConfig', 'ListTags', 'TagResource', 'UntagResource'],
]);

/** What a request names a function by. */
interface Named {
  readonly FunctionName?: string | undefined;
  readonly Resource?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** The account of the function that a request names, where that is not the caller's. */
export function otherAccountOf(input: unknown, { accountId }: RequestContext): string | undefined {
  const { FunctionName, Resource } = input as Named;
  const named = /(?:^|:)(\d{12}):function:/.exec(FunctionName ?? Resource ?? '')?.[1];
  return named === accountId ? undefined : named;
}

/** The context in which the operation goes on: that account's where it is admitted, else the caller's. */
export async function admittedTo(
  { store }: LambdaState,
  accountId: string,
  operation: string,
  input: unknown,
  context: RequestContext,
): Promise<RequestContext> {
  const { FunctionName, Resource, Qualifier } = input as Named;
  const name = FunctionName ?? Resource ?? '';
  if (!OPERATIONS.has(operation)) return context;
  const there = { ...context, accountId };
  const reference = parseFunctionName(name, Qualifier, there);
  const value = await store.get(qualifiedKey(reference));
  if (!value) return context;
  const record = decodeRecord<FunctionRecord | FunctionRecord['latest']>(value);
  const { policy = [] } = 'latest' in record ? record.latest : record;
  const { qualifier } = reference;
  const isAdmitted = isAllowed(policy, {
    action: `lambda:${operation.startsWith('Invoke') ? 'InvokeFunction' : operation}`,
    principal: { accountId: context.accountId, arn: context.caller.principalArn },
    resource: functionArn(reference, qualifier === LATEST ? undefined : qualifier),
    keys: new Map(),
  });
  return isAdmitted ? there : context;
}
