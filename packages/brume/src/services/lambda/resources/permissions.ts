/** Resource policies statement by statement: AddPermission, GetPolicy, RemovePermission. */
import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from '../../../model/generated/lambda.types.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { RequestContext } from '../../service.ts';
import {
  aliasNotFound,
  functionNotFound,
  invalidParameter,
  resourceNotFound,
  revisionMismatch,
  statementExists,
  statementNotFound,
} from '../errors.ts';
import {
  functionArn,
  isVersionNumber,
  LATEST,
  parseFunctionName,
  type QualifiedReference,
} from '../function-name.ts';
import {
  decodeRecord,
  functionKey,
  putRecord,
  qualifiedKey,
  type AliasRecord,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import {
  checkPolicySize,
  policyDocument,
  policyStatement,
  type PolicyStatement,
} from '../policy.ts';
import type { LambdaState } from '../state.ts';

type Statements = readonly PolicyStatement[];

/** What a policy belongs to: the function, one of its versions, or an alias. */
interface Holder {
  readonly revisionId: string;
  readonly policy?: Statements;
}

export async function addPermission(
  state: LambdaState,
  input: AddPermissionRequest,
  context: RequestContext,
): Promise<AddPermissionResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { qualifier } = reference;
  if (qualifier === LATEST) {
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  }
  const statement = policyStatement(input, functionArn(reference, qualifier));
  await changePolicy(state, reference, input.RevisionId, (policy = []) => {
    if (policy.some(({ Sid }) => Sid === statement.Sid)) {
      throw statementExists(input.StatementId);
    }
    const changed = [...policy, statement];
    checkPolicySize(changed);
    return changed;
  });
  return { Statement: JSON.stringify(statement) };
}

export async function getPolicy(
  state: LambdaState,
  input: GetPolicyRequest,
  context: RequestContext,
): Promise<GetPolicyResponse> {
  return readPolicy(state, parseFunctionName(input.FunctionName, input.Qualifier, context));
}

export async function readPolicy(
  state: LambdaState,
  reference: QualifiedReference,
): Promise<GetPolicyResponse> {
  const value = await state.store.get(qualifiedKey(reference));
  const holder = value && holderOf(reference, decodeRecord(value));
  if (!holder?.policy) throw resourceNotFound('The resource you requested does not exist.');
  return {
    Policy: JSON.stringify(policyDocument(holder.policy)),
    RevisionId: holder.revisionId,
  };
}

export async function removePermission(
  state: LambdaState,
  input: RemovePermissionRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const onMissing = () => resourceNotFound(`No policy found for: ${functionArn(reference)}`);
  await changePolicy(
    state,
    reference,
    input.RevisionId,
    (policy) => {
      if (!policy) throw resourceNotFound('No policy is associated with the given resource.');
      const changed = policy.filter(({ Sid }) => Sid !== input.StatementId);
      if (changed.length === policy.length) {
        throw statementNotFound(input.StatementId);
      }
      return changed.length === 0 ? undefined : changed;
    },
    onMissing,
  );
  return {};
}

/** Resolves with the new revision. */
export async function changePolicy(
  { store, environment }: LambdaState,
  reference: QualifiedReference,
  revisionId: string | undefined,
  change: (policy: Statements | undefined) => Statements | undefined,
  onMissingFunction = () => functionNotFound(functionArn(reference)),
): Promise<string> {
  const key = qualifiedKey(reference);
  const newRevisionId = environment.random.uuid();
  return store.transact([functionKey(reference), key], ([functionValue, value]) => {
    if (!functionValue) throw onMissingFunction();
    if (!value) throw missingHolder(reference);
    const record = decodeRecord<FunctionRecord | VersionRecord | AliasRecord>(value);
    const { policy: before, ...holder } = holderOf(reference, record);
    if (revisionId !== undefined && revisionId !== holder.revisionId) throw revisionMismatch();
    const policy = change(before);
    const changed = { ...holder, revisionId: newRevisionId, ...(policy && { policy }) };
    const stored = reference.qualifier === undefined ? { ...record, latest: changed } : changed;
    return { writes: [putRecord(key, stored)], result: newRevisionId };
  });
}

function holderOf(
  { qualifier }: QualifiedReference,
  record: FunctionRecord | VersionRecord | AliasRecord,
): Holder {
  const isFunction = 'latest' in record && (qualifier === undefined || qualifier === LATEST);
  return isFunction ? record.latest : (record as VersionRecord | AliasRecord);
}

/** A `$` cannot be in an alias's name: AWS then speaks of a function (recorded 2025-11-25). */
function missingHolder(reference: QualifiedReference): AwsError {
  const { qualifier = '' } = reference;
  const arn = functionArn(reference, qualifier);
  const isAlias = !isVersionNumber(qualifier) && !qualifier.includes('$');
  return isAlias ? aliasNotFound(arn) : functionNotFound(arn);
}
