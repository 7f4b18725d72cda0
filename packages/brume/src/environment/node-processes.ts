/** The machine's processes as `Processes`. */
import { spawn, type ChildProcess as NodeChild } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { Server } from 'node:net';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Channel, ChildProcess, ProcessExit, Processes } from './processes.ts';

export const nodeProcesses: Processes = {
  spawn(command, args, options): ChildProcess {
    const pipes = Array<'pipe'>(3 + (options.inputs ?? 0)).fill('pipe');
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env,
      detached: options.ownGroup,
      stdio: options.channel ? [...pipes, 'ipc'] : pipes,
    });
    const exit = new Promise<ProcessExit>((resolve, reject) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', reject);
    });
    const inputs = child.stdio.slice(3, pipes.length) as Duplex[];
    // These say only that the process is gone, which whoever asks learns from `exit`.
    exit.catch(() => {});
    for (const input of [child.stdio[0] as Writable, ...inputs]) input.on('error', () => {});
    const kill = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      if (options.ownGroup) killGroup(child.pid, signal);
      else child.kill(signal);
    };
    const channel = options.channel ? channelOf(child) : undefined;
    const { pid } = child;
    const [stdin, stdout, stderr] = child.stdio as unknown as [Writable, Readable, Readable];
    return { pid, stdin, inputs, stdout, stderr, channel, exit, kill };
  },
  find,
};

function channelOf(child: NodeChild): Channel {
  return {
    onListening(receive) {
      child.on('message', (message, handle) => {
        if (handle instanceof Server) receive(message, handle);
      });
    },
    send: (message) => void (child.connected && child.send(message, () => {})),
    close: () => void (child.connected && child.disconnect()),
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All of the group are gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function find(command: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    // A relative entry would make the answer depend on the working directory.
    if (!isAbsolute(folder)) continue;
    const path = join(folder, command);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Not there, or not ours to run: look further.
    return false;
  }
}
