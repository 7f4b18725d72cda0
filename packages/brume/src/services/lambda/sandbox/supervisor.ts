/**
 * Runs external extensions beside a function's runtime, in its sandbox: a shell starts them first, then
 * the runtime when it is told so, tells of each that ends, and passes SIGTERM on to the runtime.
 */
import type { Duplex } from 'node:stream';
import type { ProcessExit } from '../../../environment/processes.ts';

export interface ExtensionPrograms {
  /** As the sandbox sees them. */
  readonly paths: readonly string[];
  readonly onOutput: (chunk: Buffer) => void;
  readonly onExit: (name: string, exit: ProcessExit) => void;
}

/** Pipes that the shell has beside those of any other program: its commands, the extensions' output. */
export const SUPERVISOR_PIPES = 2;
/** A line of the shell's is short; the function cannot write there. */
const LINE_BYTES_MAX = 4096;

const SCRIPT = `
exec 8<&"$1" 9<&"$2"
eval "exec $1<&- $2<&-"
count=$3
shift 3
while [ "$count" -gt 0 ]; do
  count=$((count - 1))
  ( "$1" >&9 2>&9 8>&- 9>&-; printf '%s %s\\n' "\${1##*/}" $? >&8 ) &
  shift
done
while read -r command <&8; do
  case $command in
    start)
      (
        "$@" 8>&- 9>&- &
        child=$!
        trap 'kill -TERM "$child"' TERM
        while :; do
          wait "$child"
          status=$?
          kill -0 "$child" 2>/dev/null || break
        done
        echo "/ $status" >&8
      ) &
      runtime=$! ;;
    term) kill -TERM "$runtime" ;;
  esac
done
`;

/** As shells tell of a process that a signal ended: 128 and the signal's number. */
const SIGNALS = new Map([
  [128 + 4, 'SIGILL'],
  [128 + 6, 'SIGABRT'],
  [128 + 7, 'SIGBUS'],
  [128 + 8, 'SIGFPE'],
  [128 + 9, 'SIGKILL'],
  [128 + 11, 'SIGSEGV'],
  [128 + 13, 'SIGPIPE'],
  [128 + 15, 'SIGTERM'],
  [128 + 31, 'SIGSYS'],
]);

export function exitOfStatus(status: number): ProcessExit {
  const signal = SIGNALS.get(status);
  return signal === undefined ? { code: status, signal: null } : { code: null, signal };
}

/** The command that runs `command` supervised; `firstFd` is that of the two pipes. */
export function supervisedCommand(
  { paths }: ExtensionPrograms,
  command: readonly string[],
  firstFd: number,
): string[] {
  const pipes = [String(firstFd), String(firstFd + 1)];
  return ['/bin/sh', '-c', SCRIPT, 'sh', ...pipes, String(paths.length), ...paths, ...command];
}

export class Supervisor {
  /** How the runtime ended. */
  readonly runtimeExit: Promise<ProcessExit>;
  readonly #control: Duplex;
  #partial = '';

  constructor(extensions: ExtensionPrograms, [control, output]: readonly Duplex[]) {
    if (!control || !output) throw new Error('The supervisor has no pipes');
    this.#control = control;
    output.on('data', extensions.onOutput);
    const { promise, resolve } = Promise.withResolvers<ProcessExit>();
    this.runtimeExit = promise;
    control.on('data', (chunk: Buffer) => {
      const lines = (this.#partial + chunk.toString('latin1')).split('\n');
      this.#partial = lines.pop()?.slice(0, LINE_BYTES_MAX) ?? '';
      for (const line of lines) {
        const space = line.lastIndexOf(' ');
        const [name, exit] = [line.slice(0, space), exitOfStatus(Number(line.slice(space + 1)))];
        if (name === '/') resolve(exit);
        else extensions.onExit(name, exit);
      }
    });
  }

  startRuntime(): void {
    this.#control.write('start\n');
  }

  terminateRuntime(): void {
    this.#control.write('term\n');
  }
}
