/** What is kept of a function, and where: one entry for the function, one per version and alias. */
import type { Entry, Value, Write } from '../../storage/ordered-store.ts';
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
import type {
  ApplicationLogLevel,
  Architecture,
  EphemeralStorage,
  ImageConfig,
  LogFormat,
  RecursiveLoop,
  Runtime,
  SnapStartApplyOn,
  SystemLogLevel,
  TenancyConfig,
  TracingMode,
} from '../../model/generated/lambda.types.ts';
import {
  isVersionNumber,
  LATEST,
  type FunctionReference,
  type QualifiedReference,
} from './function-name.ts';
import type { VpcSettings } from './function-vpc.ts';
import type { ImageReference } from './images/images.ts';
import type { PolicyStatement } from './policy.ts';

/** A function: its `$LATEST` and what belongs to the function rather than to a version. */
export interface FunctionRecord extends FunctionReference {
  readonly latest: VersionRecord;
  /** Number of the newest published version; 0 before the first. Never given again. */
  readonly lastVersion: number;
  /** What the newest published version was made from. */
  readonly published?: {
    readonly version: number;
    readonly generation: string;
    readonly blobId: string;
  };
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  /** Sum of the environments that its versions and aliases have provisioned. */
  readonly provisioned?: number;
  readonly codeSigningConfigArn?: string;
  /** What becomes of a loop in which the function is invoked again and again: ended, if not said. */
  readonly recursiveLoop?: RecursiveLoop;
}

export interface VersionRecord {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: CodeReference;
  /** Later ones lie over earlier ones. */
  readonly layers?: readonly LayerReference[];
  readonly lastModifiedMs: number;
  readonly revisionId: string;
  /** Work that AWS does in the background, and Brume right after the answer. */
  readonly transition?: 'creating' | 'updating';
  /** Who may use the version; the function's own policy is that of `$LATEST`. */
  readonly policy?: readonly PolicyStatement[];
  /** Changes with code and settings, so that no execution environment outlives them. */
  readonly generation: string;
}

export interface LogSettings {
  readonly LogFormat: LogFormat;
  /** With the format JSON only. */
  readonly ApplicationLogLevel?: ApplicationLogLevel;
  readonly SystemLogLevel?: SystemLogLevel;
  readonly LogGroup: string;
}

export interface DurableSettings {
  /** In seconds. */
  readonly ExecutionTimeout: number;
  readonly RetentionPeriodInDays: number;
  /** Kept and shown; nothing is encrypted. */
  readonly KMSKeyArn?: string;
}

/** The members of AWS's configuration that a caller sets, defaults filled in. */
export interface FunctionSettings {
  /** Functions from images have neither this nor a handler. */
  readonly Runtime?: Runtime | undefined;
  readonly Role: string;
  readonly Handler?: string | undefined;
  /** What takes the place of an image's own settings. */
  readonly ImageConfig?: ImageConfig | undefined;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly EphemeralStorage: EphemeralStorage;
  readonly Architectures: Architecture[];
  readonly TracingConfig: { readonly Mode: TracingMode };
  readonly LoggingConfig: LogSettings;
  readonly SnapStart: { readonly ApplyOn: SnapStartApplyOn };
  readonly Environment?: { readonly Variables: Record<string, string> } | undefined;
  readonly KMSKeyArn?: string | undefined;
  /** Each tenant has environments of its own. */
  readonly TenancyConfig?: TenancyConfig | undefined;
  /** The function is durable: its executions outlive its invocations. */
  readonly DurableConfig?: DurableSettings | undefined;
  readonly VpcConfig?: VpcSettings | undefined;
  /** Where events go that fail for good. */
  readonly DeadLetterConfig?: { readonly TargetArn: string } | undefined;
}

export interface CodeReference {
  readonly blobId: string;
  /** Base64, as AWS gives it out. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Sum of its files; absent in what was kept before 2026-11-22. */
  readonly unzippedBytes?: number;
  /** The key that the caller would have it encrypted with. */
  readonly sourceKmsKeyArn?: string;
  /** A folder of this machine that has the code, which may change at any time. */
  readonly folder?: string;
  /** The container image that is the code. */
  readonly image?: ImageReference;
}

/** A version of a layer, by its ARN; the function keeps it when the layer's version is deleted. */
export interface LayerReference {
  readonly arn: string;
  readonly code: CodeReference;
}

export interface AliasRecord {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Second version and its share of the invocations. */
  readonly additional?: { readonly version: string; readonly weight: number };
  readonly revisionId: string;
  readonly policy?: readonly PolicyStatement[];
}

export const functionKey = ({ accountId, region, name }: FunctionReference) =>
  encodeKey(['lambda', accountId, region, 'function', name]);

export const functionsRange = (accountId: string, region: string) =>
  prefixRange(['lambda', accountId, region, 'function']);

export const versionKey = ({ accountId, region, name }: FunctionReference, version: number) =>
  encodeKey(['lambda', accountId, region, 'version', name, version]);

export const versionsRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', accountId, region, 'version', name]);

export const aliasKey = ({ accountId, region, name }: FunctionReference, alias: string) =>
  encodeKey(['lambda', accountId, region, 'alias', name, alias]);

export const aliasesRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', accountId, region, 'alias', name]);

/** The entry of what a qualifier names: the function for `$LATEST`, a version, or an alias. */
export function qualifiedKey(reference: QualifiedReference): Buffer {
  const { qualifier = LATEST } = reference;
  if (qualifier === LATEST) return functionKey(reference);
  if (!isVersionNumber(qualifier)) return aliasKey(reference, qualifier);
  return versionKey(reference, Math.min(Number(qualifier), Number.MAX_SAFE_INTEGER));
}

/** What was decoded of values that are read again and again. */
const decoded = new WeakMap<Value, unknown>();

/** The same object for the same value: nobody changes it. */
export function decodeRecord<Record>(value: Value): Record {
  let record = decoded.get(value);
  if (record === undefined) {
    record = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
    decoded.set(value, record);
  }
  return record as Record;
}

export function decodeEntries<Record>(entries: readonly Entry[]): Record[] {
  return entries.map((entry) => decodeRecord<Record>(entry.value));
}

export function putRecord(key: Uint8Array, record: object): Write {
  return { type: 'put', key, value: Buffer.from(JSON.stringify(record)) };
}
