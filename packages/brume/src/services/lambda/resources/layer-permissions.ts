/** Who beside its own account may use a version of a layer. */
import type {
  AddLayerVersionPermissionRequest,
  AddLayerVersionPermissionResponse,
  GetLayerVersionPolicyRequest,
  GetLayerVersionPolicyResponse,
  RemoveLayerVersionPermissionRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import {
  layerRevisionMismatch,
  resourceNotFound,
  statementExists,
  statementNotFound,
} from '../errors.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import {
  layerVersionArn,
  layerVersionKey,
  type LayerPolicy,
  type LayerReference,
  type LayerVersionRecord,
} from '../layers/layer-record.ts';
import { checkLayerVersion } from '../layers/layers.ts';
import { checkPolicySize, policyDocument, type PolicyStatement } from '../policy.ts';
import type { LambdaState } from '../state.ts';
import { ownLayer } from './layers.ts';

type Statements = readonly PolicyStatement[];

export async function addLayerVersionPermission(
  state: LambdaState,
  input: AddLayerVersionPermissionRequest,
  context: RequestContext,
): Promise<AddLayerVersionPermissionResponse> {
  const { VersionNumber: version, StatementId: Sid, Principal, Action, OrganizationId } = input;
  checkLayerVersion(version);
  const reference = ownLayer(input.LayerName, context);
  const statement: PolicyStatement = {
    Sid,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: rootOf(Principal) },
    Action,
    Resource: layerVersionArn(reference, version),
    ...(OrganizationId !== undefined && {
      Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } },
    }),
  };
  const { revisionId } = await changePolicy(state, reference, input, (before) => {
    if (before.some((other) => other.Sid === Sid)) throw statementExists(Sid);
    const changed = [...before, statement];
    checkPolicySize(changed);
    return changed;
  });
  return { Statement: JSON.stringify(statement), RevisionId: revisionId };
}

export async function getLayerVersionPolicy(
  { store }: LambdaState,
  input: GetLayerVersionPolicyRequest,
  context: RequestContext,
): Promise<GetLayerVersionPolicyResponse> {
  checkLayerVersion(input.VersionNumber);
  const reference = ownLayer(input.LayerName, context);
  const value = await store.get(layerVersionKey(reference, input.VersionNumber));
  if (!value) throw versionNotFound(reference, input.VersionNumber);
  const { policy } = decodeRecord<LayerVersionRecord>(value);
  if (!policy) throw resourceNotFound('No policy is associated with the given resource.');
  return {
    Policy: JSON.stringify(policyDocument(policy.statements)),
    RevisionId: policy.revisionId,
  };
}

export async function removeLayerVersionPermission(
  state: LambdaState,
  input: RemoveLayerVersionPermissionRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  checkLayerVersion(input.VersionNumber);
  await changePolicy(state, ownLayer(input.LayerName, context), input, (before) => {
    const changed = before.filter(({ Sid }) => Sid !== input.StatementId);
    if (changed.length === before.length) throw statementNotFound(input.StatementId);
    return changed;
  });
  return {};
}

async function changePolicy(
  { store, environment }: LambdaState,
  reference: LayerReference,
  input: { readonly VersionNumber: number; readonly RevisionId?: string | undefined },
  change: (before: Statements) => Statements,
): Promise<LayerPolicy> {
  const revisionId = environment.random.uuid();
  const key = layerVersionKey(reference, input.VersionNumber);
  return store.transact([key], ([value]) => {
    if (!value) throw versionNotFound(reference, input.VersionNumber);
    const { policy: before, ...record } = decodeRecord<LayerVersionRecord>(value);
    if (input.RevisionId !== undefined && input.RevisionId !== before?.revisionId) {
      throw layerRevisionMismatch();
    }
    const policy = { revisionId, statements: change(before?.statements ?? []) };
    const isEmpty = policy.statements.length === 0;
    const changed: LayerVersionRecord = isEmpty ? record : { ...record, policy };
    return { writes: [putRecord(key, changed)], result: policy };
  });
}

function versionNotFound(reference: LayerReference, version: number) {
  return resourceNotFound(`Layer version ${layerVersionArn(reference, version)} does not exist.`);
}

function rootOf(principal: string): string {
  return /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;
}
