/**
 * Ends the functions' processes when Brume dies without a chance to do so itself: one tiny shell that
 * knows all process groups and kills them when its input closes, which a SIGKILL of Brume does too.
 */
import type { ChildProcess, Processes } from '../../../environment/processes.ts';

const SCRIPT = `
groups=' '
while read -r action group; do
  case $action in
    watch) groups="$groups$group " ;;
    forget) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done 2>/dev/null
`;

export class ProcessReaper {
  readonly #processes: Processes;
  #shell: ChildProcess | undefined;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  watch(group: number): void {
    // A group of its own, so that Ctrl-C in the terminal does not end the reaper before Brume.
    this.#shell ??= this.#processes.spawn('/bin/sh', ['-c', SCRIPT], { env: {}, ownGroup: true });
    this.#shell.stdin.write(`watch ${group}\n`);
  }

  forget(group: number): void {
    this.#shell?.stdin.write(`forget ${group}\n`);
  }

  close(): void {
    this.#shell?.stdin.end();
  }
}
