/** Whether a function lets a service of AWS run it: what its resource policy says. */
import { functionArn, LATEST, type QualifiedReference } from '../function-name.ts';
import {
  decodeRecord,
  qualifiedKey,
  type AliasRecord,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { sourceDenied } from '../errors.ts';
import { isAllowed } from '../policy.ts';
import type { InvocationSource } from '../port.ts';
import type { LambdaState } from '../state.ts';

/** Throws `AccessDeniedException` where the policy of what is invoked does not admit the source. */
export async function authorizeSource(
  { store }: LambdaState,
  reference: QualifiedReference,
  { service, arn, accountId }: InvocationSource,
): Promise<void> {
  const value = await store.get(qualifiedKey(reference));
  // That there is no such function is for the caller to find.
  if (!value) return;
  const record = decodeRecord<FunctionRecord | VersionRecord | AliasRecord>(value);
  const { policy = [] } = 'latest' in record ? record.latest : record;
  const { qualifier } = reference;
  const resource = functionArn(reference, qualifier === LATEST ? undefined : qualifier);
  const keys = new Map([
    ['aws:sourcearn', arn],
    ['aws:sourceaccount', accountId],
  ]);
  const action = 'lambda:InvokeFunction';
  const isAdmitted = isAllowed(policy, { action, principal: { service }, resource, keys });
  if (!isAdmitted) throw sourceDenied(service, arn, resource);
}
