/** Resource policies of functions, in the form in which IAM writes them. */
import type { AddPermissionRequest } from '../../model/generated/lambda.types.ts';
import { AwsError } from '../../model/aws-error.ts';
import {
  compileResourcePolicy,
  type PolicyRequest,
  type PolicyVerdict,
} from '../../policies/policy.ts';
import { invalidParameter } from './errors.ts';
import { POLICY_BYTES_MAX } from './limits.ts';

/** A statement of IAM's policy language; AddPermission makes simple ones, PutResourcePolicy any. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | { readonly AWS?: OneOrMore; readonly Service?: OneOrMore };
  readonly Action: OneOrMore;
  readonly Resource: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

type OneOrMore = string | readonly string[];

export function policyDocument(statements: readonly PolicyStatement[]) {
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** Keys that requests to functions may have; conditions on any other are not understood. */
const ABSENT_KEYS = [
  'aws:sourcearn',
  'aws:sourceaccount',
  'lambda:functionurlauthtype',
  'lambda:invokedviafunctionurl',
  'lambda:eventsourcetoken',
].map((key) => [key, undefined] as const);

const compiled = new WeakMap<
  readonly PolicyStatement[],
  ReturnType<typeof compileResourcePolicy>
>();

/** No statement denies, and one allows. */
export function isAllowed(statements: readonly PolicyStatement[], request: PolicyRequest): boolean {
  return verdictOf(statements, request) === 'allow';
}

/** A policy that is not understood denies. */
export function verdictOf(
  statements: readonly PolicyStatement[],
  { keys, ...request }: PolicyRequest,
): PolicyVerdict {
  const policy = compiled.get(statements) ?? compileResourcePolicy(policyDocument(statements));
  compiled.set(statements, policy);
  return policy?.({ ...request, keys: new Map([...ABSENT_KEYS, ...keys]) }) ?? 'deny';
}

/** The statements of a policy document for a resource, or AWS's kind of error for what is none. */
export function parsePolicy(text: string, resource: string): readonly PolicyStatement[] {
  const document = parseObject(text);
  const { Statement: stated } = document ?? {};
  const statements = Array.isArray(stated) ? (stated as unknown[]) : [stated];
  if (statements.every((statement) => isStatement(statement, resource))) return statements;
  // Not in the recordings: wording of Brume's own.
  throw invalidParameter(`The policy is not valid for the resource ${resource}.`);
}

function parseObject(text: string): { readonly Statement?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is kept: nothing by exclusion, and only about the resource itself. */
function isStatement(value: unknown, resource: string): value is PolicyStatement {
  if (typeof value !== 'object' || value === null) return false;
  const { Effect, Principal, Action, Resource, Condition, ...rest } = value as Partial<
    Record<string, unknown>
  >;
  const isPrincipal = Principal === '*' || areLists(Principal);
  const isCondition =
    Condition === undefined || (isObject(Condition) && Object.values(Condition).every(areLists));
  return (
    (Effect === 'Allow' || Effect === 'Deny') &&
    isPrincipal &&
    isTexts(Action) &&
    (Array.isArray(Resource) ? Resource : [Resource]).every((each) => each === resource) &&
    isCondition &&
    Object.keys(rest).every((name) => name === 'Sid')
  );
}

function areLists(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isTexts);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((each) => typeof each === 'string');
}

/** Throws when the policy would be larger than AWS lets one be. */
export function checkPolicySize(statements: readonly PolicyStatement[]): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(policyDocument(statements)));
  if (sizeBytes <= POLICY_BYTES_MAX) return;
  throw new AwsError({
    code: 'PolicyLengthExceededException',
    // Not in the recordings; text as AWS's users quote it.
    message: `The final policy size (${sizeBytes}) is bigger than the limit (${POLICY_BYTES_MAX}).`,
    fields: { Type: 'User' },
  });
}

/** The statement that AddPermission makes of its parameters (recorded 2025-11-25). */
export function policyStatement(input: AddPermissionRequest, resource: string): PolicyStatement {
  if (input.FunctionUrlAuthType !== undefined && input.Action !== 'lambda:InvokeFunctionUrl') {
    // RJPearson94/terraform-aws-open-next issue 73, 2026-08-14.
    throw invalidParameter(
      'FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
    );
  }
  const equals = present({
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:EventSourceToken': input.EventSourceToken,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
  });
  const condition = {
    ...(equals && { StringEquals: equals }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[a-z-]*:(iam|sts)::/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameter(
    'The provided principal was invalid. Please check the principal and try again.',
  );
}

function present(values: Readonly<Record<string, string | undefined>>) {
  const entries = Object.entries(values).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
