/**
 * What comes between bubblewrap and the function, in its sandbox and as its user: limits that a process
 * takes with it, the ports of an own network where no starter has opened them, and the function's variables
 * for the dynamic linker. Those are held back until then: programs before it may have more rights than the
 * function.
 */
import { fileURLToPath } from 'node:url';

/** Opens the ports for programs that do not do so themselves. */
export const OPENER = fileURLToPath(
  new URL('../runtimes/node/open-ports-first.cjs', import.meta.url),
);

const HELD_BACK = /^(?:LD_|GLIBC_|MALLOC_)/;
const PREFIX = '_BRUME_HELD_';
const NAMES = `${PREFIX}NAMES`;
const WORDS = '_BRUME_WORDS';

/** Shells differ in the letter for the number of processes. Names of variables are letters and digits. */
export const PROLOGUE = `
eval "set -- $${WORDS}"
unset ${WORDS}
ulimit -c 0
ulimit -n "$1"
if [ "$2" != unlimited ]; then
  (ulimit -u "$2") 2>/dev/null && ulimit -u "$2" || ulimit -p "$2" 2>/dev/null
fi
if [ -n "$3" ]; then
  /usr/bin/env -i NODE_CHANNEL_FD="$NODE_CHANNEL_FD" _BRUME_PORTS="$_BRUME_PORTS" "$3" "$4" || exit 1
  eval "exec $NODE_CHANNEL_FD>&-"
  unset NODE_CHANNEL_FD _BRUME_PORTS
fi
for fd in $5; do eval "exec $fd>&-"; done
shift 5
for name in $${NAMES}; do
  eval "export $name=\\"\\$${PREFIX}$name\\"; unset ${PREFIX}$name"
done
unset ${NAMES} name
exec "$@"
`;

export interface Prologue {
  readonly openFiles: number;
  readonly processes: number | 'unlimited';
  readonly opensPorts: boolean;
  /** File descriptors that the function must not have. */
  readonly closes: readonly number[];
  /** The function's own. */
  readonly command: readonly string[];
}

/** What the prologue does, as variables: its command line stands before that is known. */
export function prologueVariables(prologue: Prologue): Record<string, string> {
  const { openFiles, processes, opensPorts, closes, command } = prologue;
  const opener = opensPorts ? [process.execPath, OPENER] : ['', ''];
  const words = [String(openFiles), String(processes), ...opener, closes.join(' '), ...command];
  return { [WORDS]: words.map(quoted).join(' ') };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A function's variables under names that only the prologue understands, where they must be. */
export function heldBack(env: Readonly<Record<string, string>>): Record<string, string> {
  const held = Object.keys(env).filter((name) => HELD_BACK.test(name));
  if (held.length === 0) return env;
  const entries = Object.entries(env).map(([name, value]) => [
    held.includes(name) ? PREFIX + name : name,
    value,
  ]);
  return { ...Object.fromEntries(entries), [NAMES]: held.join(' ') };
}
