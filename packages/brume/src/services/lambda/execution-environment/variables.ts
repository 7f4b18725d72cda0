/** The environment variables that a function finds, as AWS sets them. */
import type { LogSettings, VersionRecord } from '../function-record.ts';

/** AWS's own PATH, less its folders for language runtimes. */
export const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/bin';

/** What every process of a runtime starts with. */
export const STARTED_WITH = { LANG: 'en_US.UTF-8', TZ: ':UTC', PATH: SEARCH_PATH } as const;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Why an environment was made: an invocation needed one, or it is kept ready. */
export type InitializationType = 'on-demand' | 'provisioned-concurrency';

export interface ImageSurroundings {
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

export interface VariablesInput {
  readonly functionName: string;
  readonly region: string;
  readonly version: VersionRecord;
  readonly credentials: Credentials;
  /** Folder of the function's code: `/var/task` on AWS. */
  readonly taskRoot: string;
  /** Folder of the files of its layers, `/opt` on AWS; undefined for a function without layers. */
  readonly layersRoot: string | undefined;
  /** What an image sets, and where its processes start. */
  readonly image?: ImageSurroundings | undefined;
  readonly runtimeApi: string;
  readonly logStreamName: string;
  readonly initializationType: InitializationType;
  /** Where the SDKs find Brume. */
  readonly endpoint: string;
}

/** Names that a function's own settings may not have; from AWS's list of reserved variables. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

export function environmentVariables(input: VariablesInput): Record<string, string> {
  const { version, taskRoot, credentials, region } = input;
  const { settings } = version;
  return {
    ...STARTED_WITH,
    ...input.image?.variables,
    AWS_ENDPOINT_URL: input.endpoint,
    ...gemVariables(settings.Runtime, taskRoot, input.layersRoot),
    ...(input.layersRoot !== undefined && layerVariables(settings.Runtime, input.layersRoot)),
    ...settings.Environment?.Variables,
    ...(settings.Handler !== undefined && { _HANDLER: settings.Handler }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    ...executionName(settings.Runtime),
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: input.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: settings.LoggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStreamName,
    ...logVariables(settings.LoggingConfig),
    AWS_LAMBDA_RUNTIME_API: input.runtimeApi,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    PWD: input.image?.workingDirectory ?? taskRoot,
  };
}

/** Where programs and libraries of layers are looked for; a function's own variables replace them. */
function layerVariables(runtime: string | undefined, root: string): Record<string, string> {
  const [, family, version] = /^([a-z]+)([\d.]*)/.exec(runtime ?? '') ?? [];
  const PATH = SEARCH_PATH.replace('/opt/bin', `${root}/bin`);
  const all = { PATH, LD_LIBRARY_PATH: `${root}/lib` };
  if (family === 'nodejs') {
    const node = `${root}/nodejs`;
    const own = `${node}/node${Number.parseInt(version ?? '', 10)}/node_modules`;
    return { ...all, NODE_PATH: `${own}:${node}/node_modules` };
  }
  if (family === 'python') {
    const python = `${root}/python`;
    return { ...all, PYTHONPATH: `${python}/lib/${runtime}/site-packages:${python}` };
  }
  if (family === 'ruby') return { ...all, RUBYLIB: `${root}/ruby/lib` };
  return all;
}

/** Where Ruby finds gems: those of the package, as Bundler puts them there, and those of layers. */
function gemVariables(
  runtime: string | undefined,
  taskRoot: string,
  layersRoot: string | undefined,
): Record<string, string> {
  const version = /^ruby(\d+\.\d+)$/.exec(runtime ?? '')?.[1];
  if (version === undefined) return {};
  const layers = layersRoot === undefined ? [] : [`${layersRoot}/ruby/gems/${version}.0`];
  return { GEM_PATH: [`${taskRoot}/vendor/bundle/ruby/${version}.0`, ...layers].join(':') };
}

/** How runtimes write what functions log; there are none for text (recorded 2025-11). */
function logVariables({ LogFormat, ApplicationLogLevel }: LogSettings): Record<string, string> {
  if (LogFormat !== 'JSON') return {};
  return {
    AWS_LAMBDA_LOG_FORMAT: LogFormat,
    AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel ?? 'INFO',
  };
}

/** Custom runtimes have no AWS_EXECUTION_ENV (recorded 2025-11), nor have images. */
function executionName(runtime = 'provided'): Record<string, string> {
  return runtime.startsWith('provided') ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` };
}
