/** Python functions, on the interpreter of their version where the machine has it, else the nearest. */
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Processes } from '../../../environment/processes.ts';
import { SEARCH_PATH } from '../execution-environment/variables.ts';
import type { RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./python/bootstrap.py', import.meta.url));
/** Interpreters of the system, whose folders need no mention. */
const SYSTEM_PREFIXES = new Set(['/', '/usr', '/usr/local']);
const MINOR_OLDEST = 8;
const MINOR_NEWEST = 15;

interface Interpreter {
  readonly path: string;
  readonly version: string;
  /** Its folders: libraries, and where it was installed from when it is a virtual environment. */
  readonly folders: readonly string[];
}

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
        env: {},
        readable: [dirname(BOOTSTRAP), ...interpreter.folders],
        ownBootstrap: true,
        opensPorts: true,
        version: `Python ${interpreter.version}`,
        warning: warningFor(runtime, interpreter),
      };
    },
  };
}

function warningFor(runtime: string, { version }: Interpreter): string | undefined {
  if (version.startsWith(`${runtime.slice('python'.length)}.`)) return undefined;
  return `${runtime} functions run on Python ${version}, the nearest here.`;
}

async function findInterpreter(runtime: string, processes: Processes) {
  const minor = Number(/^python3\.(\d+)$/.exec(runtime)?.[1]);
  for (const name of candidates(minor)) {
    const interpreter = await probe(name, processes);
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

/**
 * Runs what the PATH has under a name and asks where the interpreter really is: a version manager puts
 * scripts there that take longer than Python itself, or fail when the version is not installed.
 */
async function probe(name: string, processes: Processes): Promise<Interpreter | undefined> {
  const path = await processes.find(name);
  if (path === undefined) return undefined;
  const program =
    'import sys, platform; print(sys.executable); print(platform.python_version()); ' +
    'print(sys.prefix); print(sys.base_prefix)';
  const env = { PATH: SEARCH_PATH };
  const child = processes.spawn(path, ['-c', program], { env, ownGroup: true });
  child.stdin.end();
  child.stderr.resume();
  try {
    const [output, exit] = await Promise.all([text(child.stdout), child.exit]);
    const [real = '', version = '', ...prefixes] = output.trim().split('\n');
    const folders = [...new Set(prefixes)].filter((folder) => !SYSTEM_PREFIXES.has(folder));
    return exit.code === 0 && real !== '' ? { path: real, version, folders } : undefined;
  } catch {
    // Found, but not to be started: as good as not there.
    return undefined;
  }
}
