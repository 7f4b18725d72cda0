/** `brume reset`: deletes the data folder, unless a Brume is using it. */
import { createInterface } from 'node:readline/promises';
import type { Config } from '../config.ts';
import { nodeEnvironment } from '../environment/node.ts';
import { deleteDataFolder } from '../storage/data-folder.ts';
import { print, printError } from './output.ts';

export async function reset(config: Config, yes: boolean): Promise<number> {
  if (!yes && !(await agreed(config.dataFolder))) return 1;
  const deleted = await deleteDataFolder(config.dataFolder, nodeEnvironment());
  print(deleted ? `Deleted ${config.dataFolder}.\n` : `There is no ${config.dataFolder}.\n`);
  return 0;
}

async function agreed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    printError(`reset deletes everything in ${folder}; say --yes to do so without being asked.`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete everything in ${folder}? [y/N] `);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
