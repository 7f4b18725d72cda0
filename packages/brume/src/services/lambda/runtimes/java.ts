/** Java functions, on a Java of their version where the machine has it, else the next newer one. */
import type { JavaClient } from './java-client.ts';
import type { JavaMachine } from './java-machines.ts';
import type { LaunchFailure, LaunchRequest, RuntimeFamily } from './runtime.ts';

const MAIN_CLASS = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';
/** Where AWS's client looks for the libraries of layers, wherever they are. */
const LAYERS_ROOT = '/opt';
/** The first that keeps AWS's client from the file descriptor that it logs to, unless it is told. */
const MODULES_MAJOR = 9;
/** The first that says on its standard error when a native library is loaded unannounced. */
const NATIVE_ACCESS_MAJOR = 24;
/** The first that AWS starts with the quick compiler only (its guide's page java-customization). */
const QUICK_COMPILER_MAJOR = 17;

/** `find` looks for what there is on this machine; it is asked once. */
export function javaFamily(
  find: () => Promise<readonly JavaMachine[]>,
  client: Pick<JavaClient, 'find'>,
): RuntimeFamily {
  let machines: Promise<readonly JavaMachine[]> | undefined;
  return {
    async launch(runtime, request) {
      machines ??= find();
      const machine = chooseMachine(runtime, await machines);
      if ('error' in machine) return machine;
      const found = await client.find();
      if ('problem' in found) return invalidRuntime(runtime, found.problem);
      const { jars, library } = found;
      return {
        command: machine.command,
        args: [
          ...machineOptions(machine, majorOf(runtime), request),
          `-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI=${library}`,
          ...['-classpath', [...jars, ...strayLibraries(request)].join(':')],
          ...[MAIN_CLASS, request.handler ?? ''],
        ],
        // Standard error: frames are told from what else is there.
        env: { _LAMBDA_TELEMETRY_LOG_FD: '2' },
        readable: [...jars, library, machine.home],
        ownBootstrap: false,
        takesWrapper: true,
        framesLog: true,
        logsAfterAnswer: true,
        opensPorts: false,
        version: `Java ${machine.version}`,
        warning: warningFor(runtime, machine),
      };
    },
  };
}

/** The oldest that is new enough: a Java runs what was compiled for those before it. */
function chooseMachine(
  runtime: string,
  machines: readonly JavaMachine[],
): JavaMachine | LaunchFailure {
  const wanted = majorOf(runtime);
  const fit = machines.filter(({ major }) => major >= wanted);
  const [oldest] = fit.toSorted((a, b) => a.major - b.major);
  if (oldest) return oldest;
  const older = machines.map(({ version }) => version).join(', ');
  const there = older === '' ? '' : `, only ${older}`;
  return invalidRuntime(runtime, `this machine has no Java ${wanted} or newer${there}`);
}

function invalidRuntime(runtime: string, problem: string): LaunchFailure {
  const error = `There is nothing here to run ${runtime} with: ${problem}`;
  return { errorType: 'Runtime.InvalidRuntime', error };
}

/** `java8.al2` → 8. */
function majorOf(runtime: string): number {
  return Number(/^java(\d+)/.exec(runtime)?.[1]);
}

function warningFor(runtime: string, { major, version }: JavaMachine): string | undefined {
  if (major === majorOf(runtime)) return undefined;
  return `${runtime} functions run on Java ${version}, the nearest that is new enough here.`;
}

/**
 * As AWS starts it: of 256 MB it gives 222,823 KB to the heap, 26,214 to classes and 13,107 to compiled
 * code (github.com/DataDog/datadog-lambda-extension/pull/117, 2023-02, with the whole command line).
 * Which collector and which compiler are a function's to say, in JAVA_TOOL_OPTIONS.
 */
function machineOptions(
  { major }: JavaMachine,
  wanted: number,
  { memorySizeMb, variables }: LaunchRequest,
): string[] {
  const memoryKb = memorySizeMb * 1024;
  const classesKb = Math.floor(memoryKb * 0.1);
  const codeKb = Math.floor(memoryKb * 0.05);
  const own = variables['JAVA_TOOL_OPTIONS'] ?? '';
  const choosesCollector = /-XX:\+Use\w+GC\b/.test(own);
  const choosesCompiler = /-XX:(?:[+-]TieredCompilation|TieredStopAtLevel)\b/.test(own);
  return [
    `-XX:MaxHeapSize=${memoryKb - classesKb - codeKb}k`,
    `-XX:MaxMetaspaceSize=${classesKb}k`,
    `-XX:ReservedCodeCacheSize=${codeKb}k`,
    ...(choosesCollector ? [] : ['-XX:+UseSerialGC']),
    ...(choosesCompiler || wanted < QUICK_COMPILER_MAJOR ? [] : ['-XX:TieredStopAtLevel=1']),
    ...(major < MODULES_MAJOR ? [] : ['--add-opens=java.base/java.io=ALL-UNNAMED']),
    ...(major < NATIVE_ACCESS_MAJOR ? [] : ['--enable-native-access=ALL-UNNAMED']),
    '-Djava.net.preferIPv4Stack=true',
  ];
}

/** A plain process has the files of its layers elsewhere. */
function strayLibraries({ layers }: LaunchRequest): string[] {
  return layers === undefined || layers.root === LAYERS_ROOT ? [] : [`${layers.root}/java/lib/*`];
}
