/** Configurations for code signing: whose signatures a function's code must have. */
import type { CodeSigningPolicy } from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Write } from '../../../storage/ordered-store.ts';
import { codeSigningConfigNotFound, codeUntrusted } from '../errors.ts';
import { functionArn, type FunctionReference } from '../function-name.ts';
import { decodeRecord, putRecord } from '../function-record.ts';
import type { LambdaState } from '../state.ts';

export interface CodeSigningRecord {
  readonly accountId: string;
  readonly region: string;
  readonly id: string;
  readonly description: string;
  /** ARNs of versions of signing profiles. */
  readonly publishers: readonly string[];
  readonly onUntrusted: CodeSigningPolicy;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface Place {
  readonly accountId: string;
  readonly region: string;
}

export const codeSigningArn = ({ accountId, region }: Place, id: string) =>
  `arn:aws:lambda:${region}:${accountId}:code-signing-config:${id}`;

/** By its ARN, whose form the model has checked; one of elsewhere is not there. */
export const codeSigningKey = (arn: string) =>
  encodeKey(['lambda', 'code-signing', ...placed(arn)]);

export const codeSigningRange = ({ accountId, region }: Place) =>
  prefixRange(['lambda', 'code-signing', accountId, region]);

/** Functions that have a configuration. */
export const codeSigningUsesRange = (arn: string) =>
  prefixRange(['lambda', 'code-signing-use', ...placed(arn)]);

const useKey = (arn: string, reference: FunctionReference) =>
  encodeKey(['lambda', 'code-signing-use', ...placed(arn), reference.name]);

/** The writes that make a function have another configuration, or none. */
export function noteCodeSigning(
  reference: FunctionReference,
  before: string | undefined,
  after: string | undefined,
): Write[] {
  const { accountId, region, name } = reference;
  return [
    ...(before === undefined ? [] : [{ type: 'delete', key: useKey(before, reference) } as const]),
    ...(after === undefined
      ? []
      : [putRecord(useKey(after, reference), { accountId, region, name })]),
  ];
}

function placed(arn: string): [string, string, string] {
  const [, , , region = '', accountId = '', , id = ''] = arn.split(':');
  return [accountId, region, id];
}

/**
 * Lets code in, or refuses it: no package has a signature that Brume could verify, since there is no
 * AWS Signer. What AWS calls a warning is a line of the log.
 */
export async function checkSignature(
  { store, log }: LambdaState,
  reference: FunctionReference,
  arn: string | undefined,
  what: string,
): Promise<void> {
  if (arn === undefined) return;
  const value = await store.get(codeSigningKey(arn));
  if (!value) throw codeSigningConfigNotFound(arn);
  if (decodeRecord<CodeSigningRecord>(value).onUntrusted === 'Enforce') throw codeUntrusted(what);
  const fields = { function: functionArn(reference), configuration: arn };
  log.log('warn', 'Code without a trusted signature is deployed', fields);
}
