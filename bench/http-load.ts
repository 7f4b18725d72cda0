/**
 * A load generator for benchmarks: keep-alive connections with one request in flight each, ready-made
 * request bytes, in a thread of its own. It does little more than look for the end of each answer, so
 * that the server, not the generator, is the limit.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

/** Connections are made, and the generator itself gets warm: a hundredth of the requests or more. */
const BEGINNING_MS = 250;

export interface Load {
  readonly port: number;
  /** Whole requests, sent in turn. */
  readonly requests: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
  /** Requests are sent at this rate, and wait where no connection is free; else as fast as answered. */
  readonly perSecond?: number;
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

async function generate(load: Load): Promise<LoadResult> {
  const { port, requests, connections, seconds, perSecond = Infinity } = load;
  const latenciesMs: number[] = [];
  let answered = 0;
  let failures = 0;
  let next = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  const pace = new Pace(startedMs, perSecond);
  const countedMs = startedMs + (Number.isFinite(perSecond) ? BEGINNING_MS : 0);
  const lanes = Array.from({ length: connections }, () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let dueMs = 0;
    const send = () => {
      pace.next((turnMs) => {
        dueMs = turnMs;
        if (turnMs < endMs) socket.write(requests[next++ % requests.length]!);
        else socket.end();
      });
    };
    const answers = new AnswerReader((ok) => {
      if (!ok) failures++;
      answered++;
      if (dueMs >= countedMs) latenciesMs.push(performance.now() - dueMs);
      send();
    });
    socket.on('connect', send);
    socket.on('data', (chunk) => answers.push(chunk));
    socket.on('close', () => resolve());
    socket.on('error', reject);
    return promise;
  });
  await Promise.all(lanes);
  pace.end();
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return {
    perSecond: answered / elapsedSeconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}

/**
 * Gives turns at a rate, in the order in which they were asked for. Each is told when it was due: what a
 * request waits for a connection is part of its time. Timers are a millisecond late for all alike.
 */
class Pace {
  readonly #perMs: number;
  readonly #startedMs: number;
  readonly #waiting: ((dueMs: number) => void)[] = [];
  #given = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(startedMs: number, perSecond: number) {
    this.#startedMs = startedMs;
    this.#perMs = perSecond / 1000;
    if (Number.isFinite(perSecond)) this.#timer = setInterval(() => this.#give(), 1);
  }

  next(turn: (dueMs: number) => void): void {
    if (this.#timer) this.#waiting.push(turn);
    else turn(performance.now());
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #give(): void {
    const due = Math.floor((performance.now() - this.#startedMs) * this.#perMs);
    while (this.#given < due) {
      const turn = this.#waiting.shift();
      if (!turn) return;
      turn(this.#startedMs + ++this.#given / this.#perMs);
    }
  }
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
