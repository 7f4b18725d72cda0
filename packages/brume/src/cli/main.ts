/** The command line: words in, exit code out. What goes wrong is said in a sentence, not a stack. */
import { ConfigError, resolveConfig } from '../config.ts';
import { COMMANDS, commandHelp, helpText, readArguments } from './arguments.ts';
import type { Arguments, CommandName } from './arguments.ts';
import { print, printError } from './output.ts';
import { runningConfig } from './running.ts';

/** Each command's code is loaded when it is asked for: `brume env` need not load a database. */
const RUN: Readonly<Record<CommandName, (words: Arguments) => Promise<number>>> = {
  start: async ({ config, init }) =>
    (await import('./start.ts')).start(resolveConfig(config), init),
  status: async ({ config }) =>
    (await import('./status.ts')).status(runningConfig(config, process.env)),
  env: async ({ config }) => (await import('./env.ts')).env(resolveConfig(config)),
  logs: async ({ config, operand, follow, filter }) =>
    (await import('./logs.ts')).logs(runningConfig(config, process.env), {
      name: operand,
      follow,
      filterPattern: filter,
    }),
  reset: async ({ config, yes }) => (await import('./reset.ts')).reset(resolveConfig(config), yes),
  version: async () => (await import('./version.ts')).version(),
};

/** Resolves with the exit code: 0 for success, 1 for what the user can mend. */
export async function main(words: readonly string[]): Promise<number> {
  const [first] = words;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    print(helpText());
    return first === undefined ? 1 : 0;
  }
  if (first === '--version' || first === '-v') return main(['version']);
  if (Object.hasOwn(COMMANDS, first) && words.includes('--help')) {
    print(commandHelp(first as CommandName));
    return 0;
  }
  try {
    const read = readArguments(words);
    return await RUN[read.command](read);
  } catch (error) {
    printError(await sentence(error));
    return 1;
  }
}

/** Expected failures are their own sentence; anything else is a defect and shows where. */
async function sentence(error: unknown): Promise<string> {
  if (error instanceof ConfigError) return error.message;
  const { DataFolderError } = await import('../storage/data-folder.ts');
  if (error instanceof DataFolderError) return error.message;
  return `failed by a defect of its own. ${error instanceof Error ? error.stack : String(error)}`;
}
