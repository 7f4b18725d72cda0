/** PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy. */
import type { Value, Write } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { resourceArnNotFound, tableNotFound } from '../errors.ts';
import { policyNotFound, revisionMismatch } from '../policies/errors.ts';
import {
  checkPolicy,
  decodePolicy,
  nextRevision,
  policyKey,
  policyOwner,
  putPolicy,
  type PolicyOwner,
  type StoredPolicy,
} from '../policies/policy.ts';
import type { DynamoDBOperation, DynamoDBState } from '../state.ts';
import { streamKey } from '../streams/stream.ts';

export const putResourcePolicy: DynamoDBOperation<'PutResourcePolicy'> = async (
  state,
  input,
  context,
) => {
  const { Policy: document, ExpectedRevisionId: expected } = input;
  const owner = policyOwner(input.ResourceArn, context);
  checkPolicy(document);
  const nowMs = state.environment.clock.nowMs();
  return changePolicy(state, owner, context, (current, key) => {
    checkRevision(current, expected, true);
    if (current?.document === document) {
      return { writes: [], result: { RevisionId: current.revisionId } };
    }
    const revisionId = nextRevision(current, nowMs);
    return {
      writes: [putPolicy(key, { document, revisionId })],
      result: { RevisionId: revisionId },
    };
  });
};

export const getResourcePolicy: DynamoDBOperation<'GetResourcePolicy'> = (state, input, context) =>
  changePolicy(state, policyOwner(input.ResourceArn, context), context, (current) => {
    if (current === undefined) throw policyNotFound(input.ResourceArn);
    return {
      writes: [],
      result: { Policy: current.document, RevisionId: current.revisionId },
    };
  });

/** Without an expected revision, a policy that is not there is as good as deleted. */
export const deleteResourcePolicy: DynamoDBOperation<'DeleteResourcePolicy'> = (
  state,
  input,
  context,
) =>
  changePolicy(state, policyOwner(input.ResourceArn, context), context, (current, key) => {
    checkRevision(current, input.ExpectedRevisionId, false);
    if (current === undefined) return { writes: [], result: { RevisionId: '' } };
    return {
      writes: [{ type: 'delete', key }],
      result: { RevisionId: current.revisionId },
    };
  });

function checkRevision(
  current: StoredPolicy | undefined,
  expected: string | undefined,
  mayBeNone: boolean,
): void {
  if (expected === undefined || expected === current?.revisionId) return;
  if (mayBeNone && expected === 'NO_POLICY' && current === undefined) return;
  throw revisionMismatch();
}

interface PolicyChange<Result> {
  readonly writes: readonly Write[];
  readonly result: Result;
}

/** Decides on the policy of a table or stream that is there. */
function changePolicy<Result>(
  { catalog }: DynamoDBState,
  { arn, tableName, streamLabel }: PolicyOwner,
  context: RequestContext,
  decide: (current: StoredPolicy | undefined, key: Buffer) => PolicyChange<Result>,
): Promise<Result> {
  const key = policyKey(context, tableName, streamLabel);
  const streams = streamLabel === undefined ? [] : [streamKey(context, tableName, streamLabel)];
  return catalog.change(
    tableName,
    context,
    (table, [policy, stream]: readonly (Value | undefined)[]) => {
      if (table === undefined) throw tableNotFound(tableName);
      if (streams.length > 0 && stream === undefined) throw resourceArnNotFound(arn);
      return { next: table.definition, ...decide(policy && decodePolicy(policy), key) };
    },
    [key, ...streams],
  );
}
