/** The runtimes by name: which AWS takes, and which of them Brume can start. */
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { featureUnsupported, invalidParameter } from '../errors.ts';
import { JavaClient } from './java-client.ts';
import { findJavaMachines } from './java-machines.ts';
import { javaFamily } from './java.ts';
import { NodeVersions } from './node-versions.ts';
import { nodeFamily } from './node.ts';
import { providedFamily } from './provided.ts';
import { pythonFamily } from './python.ts';
import { rubyFamily } from './ruby.ts';
import type { Launch, LaunchFailure, RuntimeFamily, Runtimes } from './runtime.ts';

/** As AWS lists them in its error, in its order (recorded 2025-11-25). */
const ACCEPTED =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';
/** Newer than the recording; in AWS's model of 2026-08. */
const ACCEPTED_SINCE = [
  'nodejs26.x',
  'python3.15',
  'ruby4.0',
  'java8.al2023',
  'java11.al2023',
  'java17.al2023',
];
/** "is no longer supported for creating or updating": recorded 2025-11-25. */
const ENDED = new Set(
  'nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x python2.7 python3.6 python3.7 java8 dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 go1.x ruby2.5 ruby2.7 provided'.split(
    ' ',
  ),
);

export interface RuntimesParts {
  readonly environment: Environment;
  readonly log: Logger;
  /** Absolute path of a folder for runtimes, and whether any are fetched. */
  readonly folder: string;
  readonly fetches: boolean;
  /** A certificate that all trust, by the variable that Node.js has for it. */
  readonly authorityFile: (() => Promise<string>) | undefined;
}

export function createRuntimes(parts: RuntimesParts): Runtimes {
  const { environment, log, folder, fetches, authorityFile } = parts;
  const accepted = new Set([...ACCEPTED.split(', '), ...ACCEPTED_SINCE]);
  const versions = new NodeVersions({ environment, log, folder: fetches ? folder : undefined });
  const client = new JavaClient({ environment, log, folder, fetches });
  const families: readonly (readonly [RegExp, RuntimeFamily])[] = [
    [/^nodejs\d+\.x$/, nodeFamily(versions, fetches)],
    [/^java\d/, javaFamily(() => findJavaMachines(environment.processes), client)],
    [/^python3\.\d+$/, pythonFamily(environment.processes)],
    [/^ruby\d+\.\d+$/, rubyFamily(environment.processes)],
    [/^provided\.al\d+$/, providedFamily],
  ];
  const warned = new Set<string>();
  /** Each function's log has it as well. */
  const told = (launch: Launch | LaunchFailure) => {
    const warning = 'command' in launch ? launch.warning : undefined;
    if (warning !== undefined && !warned.has(warning)) {
      warned.add(warning);
      log.log('warn', warning);
    }
    return launch;
  };
  const familyOf = (runtime: string) => families.find(([name]) => name.test(runtime))?.[1];
  return {
    refusal(runtime) {
      if (ENDED.has(runtime)) {
        return invalidParameter(
          `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
        );
      }
      if (!accepted.has(runtime)) {
        return invalidParameter(
          `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${ACCEPTED}] or be a valid ARN`,
        );
      }
      return familyOf(runtime) ? undefined : featureUnsupported(`the runtime ${runtime}`);
    },
    async launch(runtime, request) {
      const family = familyOf(runtime);
      if (family !== undefined) {
        return trusting(told(await family.launch(runtime, request)), await authorityFile?.());
      }
      return { errorType: 'Runtime.InvalidRuntime', error: `Brume cannot run ${runtime}` };
    },
  };
}

/** A function's own variable of that name takes the place of this one. */
function trusting(launch: Launch | LaunchFailure, file: string | undefined) {
  if (file === undefined || !('command' in launch)) return launch;
  const env = { NODE_EXTRA_CA_CERTS: file, ...launch.env };
  return { ...launch, env, readable: [...launch.readable, file] };
}
