/** The servers that benchmarks compare, each in a process of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../packages/brume/src/config.ts';

export interface Server {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** `node:http` that answers the body it was sent: as much as any server has to do. */
export function startEcho(): Promise<Server> {
  return startRole('echo');
}

/** The same, but parsing and writing the JSON of the body: the floor of a server that speaks JSON. */
export function startJsonEcho(): Promise<Server> {
  return startRole('json-echo');
}

export function startBrume(config: Partial<Config>): Promise<Server> {
  return startRole('brume', JSON.stringify({ ...config, port: 0 }));
}

async function startRole(...words: string[]): Promise<Server> {
  const child = spawn(process.execPath, [import.meta.filename, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port, stop: () => stop(child) };
}

/** A server of other make, which is ready once its port answers. */
export async function startPeer(
  command: string,
  words: readonly string[],
  port: number,
  cwd?: string,
): Promise<Server> {
  const child = spawn(command, words, { stdio: 'ignore', cwd });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  while (!(await Promise.race([answers(port), failed])));
  return { child, port, stop: () => stop(child) };
}

async function answers(port: number): Promise<boolean> {
  const answered = await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
  if (!answered) await new Promise((resolve) => setTimeout(resolve, 100));
  return answered;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}

function serveEcho(answer: (body: Buffer) => string | Buffer): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = answer(Buffer.concat(chunks));
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function serveBrume(config: Partial<Config>): Promise<void> {
  const { createBrume } = await import('../packages/brume/src/brume.ts');
  // Logging is part of what is measured.
  const brume = await createBrume(config, { write: (text) => void process.stdout.write(text) });
  const { port } = await brume.listen();
  process.once('SIGINT', () => void brume.close().then(() => process.exit()));
  process.send?.(port);
}

if (import.meta.main) {
  const [role, config] = process.argv.slice(2);
  if (role === 'brume') await serveBrume(JSON.parse(config as string) as Partial<Config>);
  else if (role === 'echo') serveEcho((body) => body);
  else serveEcho((body) => JSON.stringify(JSON.parse(body.toString())));
}
