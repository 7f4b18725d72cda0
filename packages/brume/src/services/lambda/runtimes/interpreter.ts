/** Interpreters that the machine has by name: where they really are, and their version. */
import { text } from 'node:stream/consumers';
import type { Processes } from '../../../environment/processes.ts';
import { SEARCH_PATH } from '../execution-environment/variables.ts';

/** Of the system's own interpreters, which need no mention. */
const SYSTEM_PREFIXES = new Set(['/', '/usr', '/usr/local']);

export interface Interpreter {
  readonly path: string;
  readonly version: string;
  /** Its folders beside the system's own. */
  readonly folders: readonly string[];
}

/**
 * Runs what the PATH has under a name and asks where the interpreter really is: a version manager puts
 * scripts there that take longer than the interpreter itself, or fail when a version is not installed.
 * `question` are arguments with which it prints its path, its version and its folders, a line each.
 */
export async function probeInterpreter(
  processes: Processes,
  name: string,
  question: readonly string[],
): Promise<Interpreter | undefined> {
  const path = await processes.find(name);
  if (path === undefined) return undefined;
  const child = processes.spawn(path, question, { env: { PATH: SEARCH_PATH }, ownGroup: true });
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

/** What functions of a runtime are told where its version is not there: `ruby3.4` wants a Ruby 3.4. */
export function versionWarning(
  runtime: string,
  language: string,
  { version }: Interpreter,
): string | undefined {
  if (version.startsWith(`${runtime.slice(language.length)}.`)) return undefined;
  return `${runtime} functions run on ${language} ${version}, the nearest here.`;
}
