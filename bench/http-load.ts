/**
 * A load generator for benchmarks: keep-alive connections with one request in flight each, ready-made
 * request bytes, in a thread of its own. It does little more than look for the end of each answer, so
 * that the server, not the generator, is the limit.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

export interface Load {
  readonly port: number;
  /** Whole requests, sent in turn. */
  readonly requests: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers with another status than 200; a figure with failures is no figure. */
  readonly failures: number;
}

export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** A POST in bytes. */
export function requestBytes(
  headers: Record<string, string>,
  body: string,
  path = '/',
): Uint8Array {
  const fields = {
    host: '127.0.0.1',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

async function generate({ port, requests, connections, seconds }: Load): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let failures = 0;
  let next = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  const lanes = Array.from({ length: connections }, () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentMs = 0;
    const send = () => {
      sentMs = performance.now();
      socket.write(requests[next++ % requests.length]!);
    };
    const answers = new AnswerReader((ok) => {
      if (!ok) failures++;
      const nowMs = performance.now();
      latenciesMs.push(nowMs - sentMs);
      if (nowMs < endMs) send();
      else socket.end();
    });
    socket.on('connect', send);
    socket.on('data', (chunk) => answers.push(chunk));
    socket.on('close', () => resolve());
    socket.on('error', reject);
    return promise;
  });
  await Promise.all(lanes);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return {
    perSecond: latenciesMs.length / elapsedSeconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Finds the ends of answers. One is in flight at a time, so an end is the end of what has come. */
class AnswerReader {
  readonly #onAnswer: (ok: boolean) => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(onAnswer: (ok: boolean) => void) {
    this.#onAnswer = onAnswer;
  }

  push(chunk: Buffer): void {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, chunk]) : chunk;
    const headEnd = this.#pending.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#pending.toString('latin1', 0, headEnd);
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    const whole =
      length === undefined
        ? this.#pending.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
        : this.#pending.length >= headEnd + 4 + Number(length);
    if (!whole) return;
    this.#pending = Buffer.alloc(0);
    this.#onAnswer(head.startsWith('HTTP/1.1 200'));
  }
}

if (!isMainThread) parentPort?.postMessage(await generate(workerData as Load));
