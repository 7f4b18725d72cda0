/** How to start a function from an image: its own command, or what the function's settings have instead. */
import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import type { ImageConfig } from '../../../model/generated/lambda.types.ts';
import { SEARCH_PATH } from '../execution-environment/variables.ts';
import type { Launch, LaunchFailure } from '../runtimes/runtime.ts';
import { findExtensions, type ExternalExtension } from '../sandbox/find-extensions.ts';
import type { ImageReference } from './images.ts';
import { isFolder } from './layer.ts';
import { resolveWithin } from './rooted-path.ts';

const ANY_EXECUTE = 0o111;
const EXTENSIONS = '/opt/extensions';
const SHELL = '/bin/sh';

/**
 * `root` is the image's file system on this machine, `own` what the function itself sets. Each setting of
 * `overrides` takes the place of the image's; whether AWS runs an image's command after another entry point
 * is not known.
 */
export async function launchImage(
  { settings }: ImageReference,
  overrides: ImageConfig | undefined,
  root: string,
  own: Readonly<Record<string, string>>,
): Promise<Launch | LaunchFailure> {
  const entryPoint = overrides?.EntryPoint ?? settings.entryPoint;
  const [program, ...args] = [...entryPoint, ...(overrides?.Command ?? settings.command)];
  const workingDirectory = posix.join(
    '/',
    overrides?.WorkingDirectory || settings.workingDirectory,
  );
  if (program === undefined) return invalid('The image has neither an entry point nor a command');
  if (!isFolder(resolveWithin(root, workingDirectory))) {
    const error = `chdir ${workingDirectory}: no such file or directory`;
    return { errorType: 'Runtime.InvalidWorkingDir', error };
  }
  const variables = imageVariables(settings.variables);
  const searched = own['PATH'] ?? variables['PATH'] ?? SEARCH_PATH;
  const candidates = program.includes('/')
    ? [posix.resolve(workingDirectory, program)]
    : searched.split(':').map((folder) => posix.resolve(workingDirectory, folder, program));
  const found = candidates.find((path) => fileMode(root, path) !== undefined);
  if (found === undefined) {
    return program.includes('/')
      ? invalid(`fork/exec ${program}: no such file or directory`)
      : invalid(`exec: "${program}": executable file not found in $PATH`);
  }
  if (((fileMode(root, found) ?? 0) & ANY_EXECUTE) === 0) {
    return invalid(`fork/exec ${found}: permission denied`);
  }
  const hasExtensions = (await imageExtensions(root)).length > 0;
  if (hasExtensions && fileMode(root, SHELL) === undefined) {
    const error = `extensions in an image are started by its ${SHELL}, which is not there`;
    return { errorType: 'Extension.LaunchError', error };
  }
  return {
    command: found,
    args,
    env: {},
    readable: [],
    ownBootstrap: false,
    opensPorts: false,
    version: 'container image',
    image: { root, workingDirectory },
  };
}

/** The programs of an image that run beside its runtime. */
export function imageExtensions(root: string): Promise<ExternalExtension[]> {
  return findExtensions(resolveWithin(root, EXTENSIONS), EXTENSIONS);
}

/** `NAME=value` as a record; of several with one name the last counts. */
export function imageVariables(variables: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    variables.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function invalid(error: string): LaunchFailure {
  return { errorType: 'Runtime.InvalidEntrypoint', error };
}

/** The mode of a file in the image; undefined for what is not one. */
function fileMode(root: string, path: string): number | undefined {
  const found = lstatSync(resolveWithin(root, path), { throwIfNoEntry: false });
  return found?.isFile() ? found.mode : undefined;
}
