/** A Brume in a process of its own, as people run it, for tests that come through the front door. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

export const BIN = path.join(import.meta.dirname, '../../packages/brume/bin/brume.js');

export interface BrumeProcess {
  readonly pid: number;
  readonly endpoint: string;
  /** Variables that point SDKs and tools at it, beside those that they need to run at all. */
  readonly variables: Record<string, string>;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves once it has printed the text. */
  printed(text: string): Promise<void>;
  /** Sends a signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What still runs for a test, and may write into its folder until it has ended. */
const running = new WeakMap<TestContext, Set<ChildProcess>>();

/** The first hook that is made runs first: this one may be it, and must wait for who uses the folder. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brume-test-'));
  t.after(async () => {
    await killAll(t);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

async function killAll(t: TestContext): Promise<void> {
  for (const child of running.get(t) ?? []) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}

export interface StartOptions {
  /** Options of `brume start`. */
  readonly words?: readonly string[];
  /** Another `brume` than this checkout's. */
  readonly bin?: string;
}

/** Starts `brume start` on a free port and resolves once it is ready. */
export async function startBrume(
  t: TestContext,
  cwd: string,
  { words = [], bin = BIN }: StartOptions = {},
): Promise<BrumeProcess> {
  const child = spawn(process.execPath, [bin, 'start', '--port', '0', ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const children = running.get(t) ?? new Set();
  running.set(t, children.add(child));
  child.once('exit', () => children.delete(child));
  t.after(() => killAll(t));
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  }
  const closed = once(child, 'close') as Promise<[number | null]>;
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const listener = () => {
        if (!output.includes(text)) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
      listener();
      void closed.then(() => reject(new Error(`Brume ended without saying "${text}":\n${output}`)));
    });
  await printed('Ctrl-C stops it');
  const exported = [...output.matchAll(/export (\w+)=(\S+)/g)];
  const variables = Object.fromEntries(exported.map(([, name, value]) => [name, value]));
  return {
    pid: child.pid as number,
    endpoint: variables['AWS_ENDPOINT_URL'] as string,
    variables: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...variables },
    output: () => output,
    printed,
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function runToEnd(
  command: string,
  words: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const child = spawn(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Whether a program can be run here; for tests that skip where it cannot. */
export async function canRun(command: string, ...words: readonly string[]): Promise<boolean> {
  try {
    return (await runToEnd(command, words)).code === 0;
  } catch {
    return false;
  }
}
