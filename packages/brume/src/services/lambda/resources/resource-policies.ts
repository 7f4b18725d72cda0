/** Resource policies as whole documents: GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy. */
import type {
  DeleteResourcePolicyRequest,
  GetPolicyResponse,
  GetResourcePolicyRequest,
  PutResourcePolicyRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { functionArn, LATEST, parseFunctionName } from '../function-name.ts';
import { checkPolicySize, parsePolicy, policyDocument } from '../policy.ts';
import type { LambdaState } from '../state.ts';
import { changePolicy, readPolicy } from './permissions.ts';

export async function getResourcePolicy(
  state: LambdaState,
  input: GetResourcePolicyRequest,
  context: RequestContext,
): Promise<GetPolicyResponse> {
  return readPolicy(state, referenceOf(input.ResourceArn, context));
}

/** Replaces what AddPermission or an earlier policy has said. */
export async function putResourcePolicy(
  state: LambdaState,
  input: PutResourcePolicyRequest,
  context: RequestContext,
): Promise<GetPolicyResponse> {
  const reference = referenceOf(input.ResourceArn, context);
  const statements = parsePolicy(input.Policy, functionArn(reference, reference.qualifier));
  checkPolicySize(statements);
  const RevisionId = await changePolicy(state, reference, input.RevisionId, () => statements);
  return { Policy: JSON.stringify(policyDocument(statements)), RevisionId };
}

export async function deleteResourcePolicy(
  state: LambdaState,
  input: DeleteResourcePolicyRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = referenceOf(input.ResourceArn, context);
  await changePolicy(state, reference, input.RevisionId, (before) => {
    if (!before) throw resourceNotFound('No policy is associated with the given resource.');
    return undefined;
  });
  return {};
}

/** The policy of `$LATEST` is the function's. */
function referenceOf(arn: string, context: RequestContext) {
  const reference = parseFunctionName(arn, undefined, context);
  const { qualifier } = reference;
  return { ...reference, qualifier: qualifier === LATEST ? undefined : qualifier };
}
