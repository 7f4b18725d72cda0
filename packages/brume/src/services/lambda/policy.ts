/** Resource policies of functions, in the form in which IAM writes them. */
import type { AddPermissionRequest } from '../../model/generated/lambda.types.ts';
import { invalidParameter } from './errors.ts';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: Principal;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Principal = '*' | { readonly Service: string } | { readonly AWS: string };

export function policyDocument(statements: readonly PolicyStatement[]) {
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** The statement that AddPermission makes of its parameters (recorded 2025-11-25). */
export function policyStatement(input: AddPermissionRequest, resource: string): PolicyStatement {
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

function principalOf(principal: string): Principal {
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
