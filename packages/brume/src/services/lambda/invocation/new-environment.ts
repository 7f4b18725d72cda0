/** Makes an execution environment for a version of a function: gathers what it runs, and with what. */
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import type { LogsPort } from '../../logs/port.ts';
import type { CodeFolder, CodeFolders } from '../code/code-folders.ts';
import {
  ExecutionEnvironment,
  type EnvironmentSpec,
} from '../execution-environment/execution-environment.ts';
import {
  mayBePrepared,
  type PreparedEnvironments,
} from '../execution-environment/prepared-environments.ts';
import {
  environmentVariables,
  type Credentials,
  type InitializationType,
} from '../execution-environment/variables.ts';
import type { FunctionRecord, VersionRecord } from '../function-record.ts';
import { imageExtensions, imageVariables, launchImage } from '../images/launch-image.ts';
import type { Images } from '../images/images.ts';
import { functionLog } from '../logging/function-log.ts';
import { PlatformEvents } from '../logging/platform-events.ts';
import { platformLine } from '../logging/platform-lines.ts';
import { wrapped } from '../runtimes/exec-wrapper.ts';
import type { Launch, LaunchFailure, Runtimes } from '../runtimes/runtime.ts';
import { findExtensions } from '../sandbox/find-extensions.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { EnvironmentCallbacks } from './environment-pool.ts';

export interface EnvironmentDependencies {
  readonly environment: Environment;
  readonly log: Logger;
  /** Where the logs of functions are kept. */
  readonly logs: LogsPort | undefined;
  readonly code: CodeFolders;
  readonly images: Images;
  readonly runtimes: Runtimes;
  /** Whether functions stand still between invocations. */
  readonly freezes: boolean;
  /** Whether debuggers may come to functions. */
  readonly inspects: boolean;
  /** Base URL under which functions reach Brume. */
  readonly endpoint: () => string;
  readonly credentials: (roleArn: string, accountId: string) => Promise<Credentials>;
}

interface EnvironmentParts extends EnvironmentDependencies {
  readonly driver: SandboxDriver;
  /** Environments that wait for a function. */
  readonly prepared: PreparedEnvironments | undefined;
}

interface EnvironmentRequest {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  readonly initializationType: InitializationType;
}

/** Where an environment finds its code, and keeps its log. */
interface Place {
  readonly code: CodeFolder;
  readonly layers: CodeFolder | undefined;
  readonly taskRoot: string;
  readonly layersRoot: string | undefined;
  /** Why container images cannot be run; undefined where they can. */
  readonly imageProblem: string | undefined;
  /** URL under which the function reaches Brume. */
  readonly endpoint: string;
  readonly logStreamName: string;
}

/** Not yet started. */
export async function newEnvironment(
  parts: EnvironmentParts,
  request: EnvironmentRequest,
  callbacks: EnvironmentCallbacks,
): Promise<ExecutionEnvironment> {
  const { code, images, driver, prepared, environment, log, logs, freezes, inspects, endpoint } =
    parts;
  const { record, version } = request;
  const { clock, timers, random } = environment;
  const own = version.settings.Environment?.Variables ?? {};
  // What waits gets links to the code, which do not follow a folder that changes.
  const mayWait = mayBePrepared(own) && version.code.folder === undefined && !inspects;
  const waiting = mayWait ? prepared : undefined;
  const { image } = version.code;
  const folder = await (image ? images.open(image) : code.open(version.code));
  const layers = await code.openMerged(codeOfLayers(version)).catch((error: unknown) => {
    folder.release();
    throw error;
  });
  const place = {
    code: folder,
    layers,
    taskRoot: driver.taskRoot(folder.path),
    layersRoot: layers && driver.layersRoot(layers.path),
    imageProblem: driver.imageProblem,
    endpoint: driver.endpointInside(endpoint()),
    logStreamName: newLogStreamName(clock.nowMs(), version.version, random.bytes(16)),
  };
  const spec = await specify(parts, request, place).catch((error: unknown) => {
    folder.release();
    layers?.release();
    throw error;
  });
  if (inspects && 'command' in spec.launch && !spec.launch.inspectArgs) {
    log.log(
      'warn',
      `No debugger can attach to ${record.name}: there are some for Node.js and Python.`,
    );
  }
  const write = functionLog({ logs, log, clock }, record, version, place.logStreamName);
  return new ExecutionEnvironment(spec, {
    ...{ clock, timers, driver, freezes, prepared: waiting, log: write },
    newId: () => random.uuid(),
    onInspectable: inspects
      ? (address) => log.log('info', `A debugger finds ${record.name} at ${address}.`)
      : undefined,
    ...callbacks,
  });
}

async function specify(
  dependencies: EnvironmentDependencies,
  { record, version, initializationType }: EnvironmentRequest,
  place: Place,
): Promise<EnvironmentSpec> {
  const { code, layers, taskRoot, layersRoot, logStreamName, endpoint } = place;
  const { random } = dependencies.environment;
  const { settings } = version;
  const [launch, credentials] = await Promise.all([
    launchOf(dependencies, version, place),
    dependencies.credentials(settings.Role, record.accountId),
  ]);
  const image = 'image' in launch &&
    launch.image &&
    version.code.image && {
      variables: imageVariables(version.code.image.settings.variables),
      workingDirectory: launch.image.workingDirectory,
    };
  const variables = settings.Environment?.Variables ?? {};
  const wrapper = variables['AWS_LAMBDA_EXEC_WRAPPER'];
  // Ports are opened before any code of the function runs, which these let in early.
  const early = layers || !mayBePrepared(variables) ? { opensPorts: false } : {};
  const roots = { '/var/task/': taskRoot, '/opt/': layersRoot };
  const { name: functionName, region } = record;
  const fixed = {
    ...{ functionName, region, version, credentials, logStreamName, initializationType },
  };
  return {
    events: new PlatformEvents(functionName, version.version),
    line: platformLine(settings.LoggingConfig),
    function: {
      functionName,
      functionVersion: version.version,
      handler: settings.Handler ?? '',
      accountId: record.accountId,
    },
    extensions: await extensionsOf(version, place),
    timeoutSeconds: settings.Timeout,
    memorySizeMb: settings.MemorySize,
    ephemeralStorageMb: settings.EphemeralStorage.Size,
    code,
    layers,
    launch: 'command' in launch ? { ...wrapped(launch, wrapper, roots), ...early } : launch,
    token: random.bytes(16).toString('hex'),
    variables: (runtimeApi) =>
      environmentVariables({
        ...fixed,
        taskRoot,
        layersRoot,
        image: image || undefined,
        runtimeApi,
        endpoint,
      }),
  };
}

function launchOf(
  { runtimes }: EnvironmentDependencies,
  { settings, code: { image } }: VersionRecord,
  { code, layers, taskRoot, layersRoot, imageProblem }: Place,
): Promise<Launch | LaunchFailure> | Launch | LaunchFailure {
  if (image && imageProblem !== undefined) {
    return { errorType: 'Runtime.InvalidEntrypoint', error: `Brume cannot run ${imageProblem}` };
  }
  const own = settings.Environment?.Variables ?? {};
  if (image) return launchImage(image, settings.ImageConfig, code.path, own);
  return runtimes.launch(settings.Runtime ?? '', {
    folder: code.path,
    taskRoot,
    layers: layers && layersRoot ? { folder: layers.path, root: layersRoot } : undefined,
    memorySizeMb: settings.MemorySize,
    handler: settings.Handler,
    variables: own,
  });
}

/** An image has them where layers would be. */
async function extensionsOf(
  { code: { image } }: VersionRecord,
  { code, layers, layersRoot }: Place,
) {
  if (image) return imageExtensions(code.path);
  if (!layers || layersRoot === undefined) return [];
  return findExtensions(`${layers.path}/extensions`, `${layersRoot}/extensions`);
}

function codeOfLayers({ layers = [] }: VersionRecord) {
  return layers.map(({ code }) => code);
}

/** `2026/11/22/[$LATEST]` and 32 hexadecimal digits: one stream for each environment. */
function newLogStreamName(nowMs: number, version: string, random: Buffer): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${random.toString('hex')}`;
}
