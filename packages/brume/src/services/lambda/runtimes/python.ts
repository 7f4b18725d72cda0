/** Python functions, on the interpreter of their version where the machine has it, else the nearest. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Processes } from '../../../environment/processes.ts';
import { probeInterpreter, versionWarning, type Interpreter } from './interpreter.ts';
import type { RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./python/bootstrap.py', import.meta.url));
const MINOR_OLDEST = 8;
const MINOR_NEWEST = 15;

/** Prints where it is, its version, its folder, and the one that a virtual environment was made from. */
const QUESTION = [
  '-c',
  'import sys, platform; print(sys.executable); print(platform.python_version()); ' +
    'print(sys.prefix); print(sys.base_prefix)',
];

export function pythonFamily(processes: Processes): RuntimeFamily {
  /** Interpreters by runtime name, looked for once. */
  const found = new Map<string, Promise<Interpreter | undefined>>();
  return {
    async launch(runtime) {
      let search = found.get(runtime);
      if (search === undefined) {
        search = findInterpreter(runtime, processes);
        found.set(runtime, search);
      }
      const interpreter = await search;
      if (interpreter === undefined) {
        return {
          errorType: 'Runtime.InvalidRuntime',
          error: `This machine has no Python 3 to run ${runtime} with`,
        };
      }
      return {
        command: interpreter.path,
        args: [BOOTSTRAP],
        preparedArgs: [BOOTSTRAP, 'prepared'],
        inspectArgs: (port) => ['-X', `brume-inspect=${port}`],
        env: {},
        readable: [dirname(BOOTSTRAP), ...interpreter.folders],
        ownBootstrap: true,
        opensPorts: true,
        version: `Python ${interpreter.version}`,
        warning: versionWarning(runtime, 'Python', interpreter),
      };
    },
  };
}

async function findInterpreter(runtime: string, processes: Processes) {
  const minor = Number(/^python3\.(\d+)$/.exec(runtime)?.[1]);
  for (const name of candidates(minor)) {
    const interpreter = await probeInterpreter(processes, name, QUESTION);
    if (interpreter !== undefined) return interpreter;
  }
  return undefined;
}

/** `python3.<minor>` first, then by distance, the newer of two first; at last whatever is there. */
function candidates(minor: number): string[] {
  const minors: number[] = [];
  for (let other = MINOR_OLDEST; other <= MINOR_NEWEST; other++) minors.push(other);
  minors.sort((a, b) => Math.abs(a - minor) - Math.abs(b - minor) || b - a);
  return [...minors.map((other) => `python3.${other}`), 'python3'];
}
