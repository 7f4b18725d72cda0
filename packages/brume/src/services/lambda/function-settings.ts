/** A function's settings from a request, with AWS's defaults, and the rules across members. */
import type {
  CreateFunctionRequest,
  ImageConfig,
  LoggingConfig,
} from '../../model/generated/lambda.types.ts';
import { featureUnsupported, invalidParameter } from './errors.ts';
import type { Logger } from '../../telemetry/log.ts';
import { RETENTION_DAYS_DEFAULT } from './durable/limits.ts';
import { RESERVED_NAMES } from './execution-environment/variables.ts';
import { functionArn, type FunctionReference } from './function-name.ts';
import type { FunctionSettings, LogSettings } from './function-record.ts';
import { changedVpc } from './function-vpc.ts';
import {
  ENVIRONMENT_VARIABLES_BYTES_MAX,
  EPHEMERAL_STORAGE_MB_MAX,
  MEMORY_SIZE_MB_MAX,
  TIMEOUT_SECONDS_MAX,
} from './limits.ts';
import type { Runtimes } from './runtimes/runtime.ts';

/** What creating and updating have in common; each leaves some of it out. */
type SettingsInput = {
  readonly [Member in keyof CreateFunctionRequest]?: CreateFunctionRequest[Member] | undefined;
};

/** The settings of a new function. */
export function initialSettings(input: CreateFunctionRequest, name: string): FunctionSettings {
  const { Runtime, Handler, PackageType } = input;
  checkPackageType(input, PackageType === 'Image');
  if (PackageType !== 'Image' && (Runtime === undefined || Handler === undefined)) {
    // Not in the recordings; text as AWS's users quote it.
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  const defaults = {
    Runtime,
    Handler,
    Role: input.Role,
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    EphemeralStorage: { Size: 512 },
    Architectures: input.Architectures ?? ['x86_64'],
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
    SnapStart: { ApplyOn: 'None' },
  } as const;
  const settings = { ...defaults, Architectures: [...defaults.Architectures] };
  return changedSettings(settings, input);
}

/** Settings with the members that the request has in place of the old ones. */
export function changedSettings(old: FunctionSettings, input: SettingsInput): FunctionSettings {
  checkPackageType(input, old.Runtime === undefined);
  return {
    ...old,
    Runtime: input.Runtime ?? old.Runtime,
    Handler: input.Handler ?? old.Handler,
    // An empty structure gives the image its own settings back.
    ImageConfig: input.ImageConfig ? nonEmpty(input.ImageConfig) : old.ImageConfig,
    Role: input.Role ?? old.Role,
    Description: input.Description ?? old.Description,
    Timeout: input.Timeout ?? old.Timeout,
    MemorySize: input.MemorySize ?? old.MemorySize,
    EphemeralStorage: input.EphemeralStorage ?? old.EphemeralStorage,
    TracingConfig: { Mode: input.TracingConfig?.Mode ?? old.TracingConfig.Mode },
    LoggingConfig: changedLogging(old.LoggingConfig, input.LoggingConfig ?? {}),
    SnapStart: { ApplyOn: input.SnapStart?.ApplyOn ?? old.SnapStart.ApplyOn },
    // An empty structure removes all variables.
    Environment: input.Environment
      ? { Variables: input.Environment.Variables ?? {} }
      : old.Environment,
    // An empty text takes the key away.
    KMSKeyArn: (input.KMSKeyArn ?? old.KMSKeyArn) || undefined,
    VpcConfig: changedVpc(old.VpcConfig, input.VpcConfig),
    TenancyConfig: input.TenancyConfig ?? old.TenancyConfig,
    DeadLetterConfig: changedDeadLetter(old.DeadLetterConfig, input.DeadLetterConfig),
    DurableConfig: changedDurability(old.DurableConfig, input.DurableConfig),
  };
}

function checkPackageType(input: SettingsInput, isImage: boolean): void {
  if (isImage && (has(input.Runtime) || has(input.Handler) || has(input.Layers))) {
    // aws/aws-cdk issue 13037, 2021-02-14.
    throw invalidParameter(
      "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    );
  }
  if (!isImage && has(input.ImageConfig)) {
    // Not in the recordings: wording of Brume's own.
    throw invalidParameter("Please don't provide ImageConfig for a function with packageType Zip.");
  }
}

function nonEmpty(config: ImageConfig): ImageConfig | undefined {
  return Object.values(config).some(has) ? config : undefined;
}

/** An empty ARN takes the queue away. */
function changedDeadLetter(
  old: FunctionSettings['DeadLetterConfig'],
  input: SettingsInput['DeadLetterConfig'],
): FunctionSettings['DeadLetterConfig'] {
  if (input?.TargetArn === undefined) return old;
  return input.TargetArn === '' ? undefined : { TargetArn: input.TargetArn };
}

/** Days as AWS has them where nobody has chosen. */
function changedDurability(
  old: FunctionSettings['DurableConfig'],
  input: SettingsInput['DurableConfig'],
): FunctionSettings['DurableConfig'] {
  if (!input) return old;
  const ExecutionTimeout = input.ExecutionTimeout ?? old?.ExecutionTimeout;
  if (ExecutionTimeout === undefined) {
    // As AWS's users quote it (aws-extensions-for-dotnet-cli pull request 450, 2026-07-01).
    throw invalidParameter(
      'You cannot create a function with a durable configuration without an executionTimeout',
    );
  }
  const { RetentionPeriodInDays = old?.RetentionPeriodInDays ?? RETENTION_DAYS_DEFAULT } = input;
  const KMSKeyArn = input.KMSKeyArn ?? old?.KMSKeyArn;
  return { ExecutionTimeout, RetentionPeriodInDays, ...(KMSKeyArn && { KMSKeyArn }) };
}

/** Levels are INFO where nobody has chosen, and there are none for text (recorded 2025-11-25). */
function changedLogging(old: LogSettings, input: LoggingConfig): LogSettings {
  const LogFormat = input.LogFormat ?? old.LogFormat;
  const LogGroup = input.LogGroup ?? old.LogGroup;
  if (LogFormat === 'JSON') {
    const ApplicationLogLevel = input.ApplicationLogLevel ?? old.ApplicationLogLevel ?? 'INFO';
    const SystemLogLevel = input.SystemLogLevel ?? old.SystemLogLevel ?? 'INFO';
    return { LogFormat, ApplicationLogLevel, SystemLogLevel, LogGroup };
  }
  if (input.ApplicationLogLevel !== undefined || input.SystemLogLevel !== undefined) {
    // Not in the recordings: wording of Brume's own.
    throw invalidParameter('Log levels can be set with the log format JSON only.');
  }
  return { LogFormat, LogGroup };
}

/** Throws AWS's error for settings that break a rule, and Brume's for those that it does not have. */
export function checkSettings(input: SettingsInput, runtimes: Runtimes): void {
  checkDeadLetter(input.DeadLetterConfig?.TargetArn);
  const refusal = input.Runtime === undefined ? undefined : runtimes.refusal(input.Runtime);
  if (refusal) throw refusal;
  // Not in the recordings; wording as AWS's users quote it for the memory size.
  checkMax('MemorySize', input.MemorySize, MEMORY_SIZE_MB_MAX);
  checkMax('Timeout', input.Timeout, TIMEOUT_SECONDS_MAX);
  checkMax('EphemeralStorage', input.EphemeralStorage?.Size, EPHEMERAL_STORAGE_MB_MAX);
  checkVariables(input.Environment?.Variables ?? {});
  checkText({ Handler: input.Handler, ...input.Environment?.Variables });
  checkText({ ...input.ImageConfig });
  const unsupported = UNSUPPORTED.find(([, isAsked]) => isAsked(input));
  if (unsupported) throw featureUnsupported(unsupported[0]);
}

/** What Brume does not have yet is refused rather than ignored; an empty value asks for nothing. */
const UNSUPPORTED: readonly (readonly [string, (input: SettingsInput) => boolean])[] = [
  ['file system mounts', (input) => has(input.FileSystemConfigs)],
  ['capacity providers', (input) => has(input.CapacityProviderConfig)],
  ['publishing to $LATEST.PUBLISHED', (input) => has(input.PublishTo)],
];

export function noteWithoutEffect(
  log: Logger,
  reference: FunctionReference,
  input: SettingsInput,
): void {
  const kept = WITHOUT_EFFECT.filter(([, isAsked]) => isAsked(input)).map(([what]) => what);
  if (kept.length > 0) noteKept(log, reference, kept);
}

/** Says which settings are kept and shown, and change nothing here. */
export function noteKept(log: Logger, reference: FunctionReference, kept: readonly string[]): void {
  const fields = { function: functionArn(reference), settings: kept.join(', ') };
  log.log('warn', 'Settings are kept and shown, but have no effect here', fields);
}

const WITHOUT_EFFECT: typeof UNSUPPORTED = [
  ['VpcConfig', (input) => has(input.VpcConfig?.SubnetIds)],
  ['KMSKeyArn', (input) => has(input.KMSKeyArn)],
  ['SourceKMSKeyArn', (input) => has(input.Code?.SourceKMSKeyArn)],
  ['DurableConfig.KMSKeyArn', (input) => has(input.DurableConfig?.KMSKeyArn)],
  ['TracingConfig', (input) => input.TracingConfig?.Mode === 'Active'],
  ['SnapStart', (input) => input.SnapStart?.ApplyOn === 'PublishedVersions'],
];

function checkDeadLetter(arn: string | undefined): void {
  if (!arn || /^arn:[^:]+:(?:sqs|sns):/.test(arn)) return;
  // Not in the recordings; text as AWS's users quote it.
  throw invalidParameter(
    `The provided dead letter config DeadLetterConfig(targetArn=${arn}) is invalid.`,
  );
}

function has(value: string | object | undefined): boolean {
  return value !== undefined && Object.keys(value).length > 0;
}

/** What does not go with tenants that are kept apart. Not in the recordings: wording of Brume's own. */
export function refuseTenants(
  { settings }: { readonly settings: FunctionSettings },
  feature: string,
): void {
  if (settings.TenancyConfig === undefined) return;
  throw invalidParameter(`A function with a tenancy configuration cannot have ${feature}.`);
}

function checkMax(name: string, value: number | undefined, max: number): void {
  if (value === undefined || value <= max) return;
  throw invalidParameter(
    `'${name}' value failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
}

/** No process can have it in its variables and arguments. Not in the recordings: wording of Brume's own. */
function checkText(texts: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  for (const [name, text = ''] of Object.entries(texts)) {
    if (![name, text].flat().some((each) => each.includes('\0'))) continue;
    throw invalidParameter(`'${name.replaceAll('\0', '')}' has a NUL character in it.`);
  }
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED_NAMES.has(name));
  if (reserved.length > 0) {
    // Not in the recordings; text as AWS's users quote it.
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > ENVIRONMENT_VARIABLES_BYTES_MAX) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
}
