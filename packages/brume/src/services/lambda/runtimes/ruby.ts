/** Ruby functions, on the interpreter of their version where the machine has it, else the nearest. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Processes } from '../../../environment/processes.ts';
import { probeInterpreter, versionWarning, type Interpreter } from './interpreter.ts';
import type { RuntimeFamily } from './runtime.ts';

const BOOTSTRAP = fileURLToPath(new URL('./ruby/bootstrap.rb', import.meta.url));
/** What distributions call theirs, beside `ruby`. */
const VERSIONS = ['4.0', '3.4', '3.3', '3.2', '3.1', '3.0', '2.7'];
/** Older ones lack what the bootstrap is written in. */
const VERSION_OLDEST = '2.7';
/** Prints where it is, its version, its folder, and that of the machine's gems, if there is one. */
const QUESTION = [
  '-e',
  'puts RbConfig.ruby, RUBY_VERSION, RbConfig::CONFIG["prefix"]; puts Dir[Gem.default_dir]',
];

export function rubyFamily(processes: Processes): RuntimeFamily {
  /** All that the machine has, looked for once. */
  let interpreters: Promise<readonly Interpreter[]> | undefined;
  return {
    async launch(runtime) {
      interpreters ??= findInterpreters(processes);
      const interpreter = nearest(runtime.slice('ruby'.length), await interpreters);
      if (interpreter === undefined) {
        return {
          errorType: 'Runtime.InvalidRuntime',
          error: `This machine has no Ruby ${VERSION_OLDEST} or newer to run ${runtime} with`,
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
        version: `Ruby ${interpreter.version}`,
        warning: versionWarning(runtime, 'Ruby', interpreter),
      };
    },
  };
}

async function findInterpreters(processes: Processes): Promise<readonly Interpreter[]> {
  const names = ['ruby', ...VERSIONS.map((version) => `ruby${version}`)];
  const found = await Promise.all(names.map((name) => probeInterpreter(processes, name, QUESTION)));
  return found.filter((interpreter) => interpreter !== undefined);
}

/** By distance, the newer of two first. */
function nearest(wanted: string, interpreters: readonly Interpreter[]): Interpreter | undefined {
  const age = (version: string) => {
    const [major = '', minor = ''] = version.split('.');
    // Ruby 4.0 came after 3.4.
    return major === '4' ? 5 + Number(minor) : Number(minor) - 10 * (3 - Number(major));
  };
  const distance = ({ version }: Interpreter) => Math.abs(age(version) - age(wanted));
  return interpreters
    .filter(({ version }) => age(version) >= age(VERSION_OLDEST))
    .toSorted((a, b) => distance(a) - distance(b) || age(b.version) - age(a.version))[0];
}
