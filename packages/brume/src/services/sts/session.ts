/** What AssumeRole, GetFederationToken and GetSessionToken have in common: limits, and issuing. */
import { deflateRawSync } from 'node:zlib';
import type { Session } from '../../auth/session-token.ts';
import type {
  Credentials as WireCredentials,
  PolicyDescriptorType,
  Tag,
} from '../../model/generated/sts.types.ts';
import type { Caller } from '../service.ts';
import {
  duplicateTagKeys,
  invalidPolicyJson,
  mfaNotAssociated,
  missingToken,
  packedPolicyTooLarge,
  policyTooLong,
  tooManyPolicyArns,
} from './errors.ts';
import {
  OWNER_SESSION_SECONDS_MAX,
  PACKED_SESSION_BYTES_MAX,
  POLICY_ARNS_MAX,
  SESSION_POLICY_CHARACTERS_MAX,
  USER_SESSION_SECONDS,
} from './limits.ts';
import type { StsState } from './state.ts';

export function requireKey(caller: Caller): void {
  if (caller.accessKeyId === '') throw missingToken();
}

export function refuseMfa(input: {
  SerialNumber?: string | undefined;
  TokenCode?: string | undefined;
}) {
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw mfaNotAssociated();
}

/** Temporary credentials are recognized by their ids. */
export function isSession(caller: Caller): boolean {
  return caller.accessKeyId.startsWith('ASIA');
}

function isOwner(caller: Caller): boolean {
  return caller.principalArn.endsWith(':root');
}

/** Owners get an hour at most: longer is cut short, as AWS does. */
export function userSessionSeconds(caller: Caller, requested: number | undefined): number {
  const seconds = requested ?? USER_SESSION_SECONDS;
  return isOwner(caller) ? Math.min(seconds, OWNER_SESSION_SECONDS_MAX) : seconds;
}

export function issueSession(
  { credentials, clock }: StsState,
  session: Omit<Session, 'accessKeyId' | 'expiresAtMs'>,
  durationSeconds: number,
): WireCredentials {
  // Whole seconds: that is how the answer spells it.
  const expiresAtMs = Math.floor(clock.nowMs() / 1000 + durationSeconds) * 1000;
  const issued = credentials.issue({ ...session, expiresAtMs });
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: new Date(expiresAtMs),
  };
}

export interface SessionLimits {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

/** What narrows and describes a session, checked, and its packed size in percent of what fits. */
export function sessionLimits({ Policy, PolicyArns, Tags }: SessionLimits) {
  const policyArns = (PolicyArns ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  if (policyArns.length > POLICY_ARNS_MAX) throw tooManyPolicyArns();
  const characters = (Policy ?? '').length + policyArns.join('').length;
  if (characters > SESSION_POLICY_CHARACTERS_MAX) throw policyTooLong(Policy ?? '');
  if (Policy !== undefined && !isPolicyDocument(Policy)) throw invalidPolicyJson();
  const keys = new Set(Tags?.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < (Tags?.length ?? 0)) throw duplicateTagKeys();
  const limits = {
    ...(Policy !== undefined && { policy: Policy }),
    ...(policyArns.length > 0 && { policyArns }),
    ...(Tags?.length && { tags: Tags.map(({ Key, Value }) => ({ Key, Value })) }),
  };
  return { limits, tagKeys: keys, packedPercent: packedPercent(limits) };
}

function isPolicyDocument(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'Statement');
  } catch {
    // Not JSON: the one answer that is expected.
    return false;
  }
}

function packedPercent(limits: object): number {
  const values: unknown[] = Object.values(limits);
  if (values.length === 0) return 0;
  const packed = deflateRawSync(JSON.stringify(values));
  const percent = Math.ceil((packed.length / PACKED_SESSION_BYTES_MAX) * 100);
  if (percent > 100) throw packedPolicyTooLarge(percent);
  return percent;
}
