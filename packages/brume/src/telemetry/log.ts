/** What Brume says about itself while it runs: a readable line each, or JSON for machines. */
import type { Clock, Timers } from '../environment/environment.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFormat = 'text' | 'json';

export interface Logger {
  /** Fields are flat and never hold credentials. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface RequestLine {
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly errorCode?: string | undefined;
}

/** Lines wait at most so long: one write to the terminal then serves many requests. */
const FLUSH_AFTER_MS = 30;
/** A reader that stands still must not fill the memory: lines beyond this are counted, not kept. */
const PENDING_CHARACTERS_MAX = 4 * 1024 * 1024;

export class LineLog implements Logger {
  readonly #write: (text: string) => void;
  readonly #format: LogFormat;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #pending = '';
  #dropped = 0;
  #scheduled = false;

  constructor(options: {
    readonly write: (text: string) => void;
    readonly format: LogFormat;
    readonly clock: Clock;
    readonly timers: Timers;
  }) {
    this.#write = options.write;
    this.#format = options.format;
    this.#clock = options.clock;
    this.#timers = options.timers;
  }

  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const time = this.#time();
    if (this.#format === 'json') {
      this.#append(JSON.stringify({ time, level, message, ...fields }));
      return;
    }
    const words = Object.entries(fields).map(([name, value]) => `${name}=${display(value)}`);
    const mark = level === 'info' ? '' : `${level.toUpperCase()} `;
    this.#append(`${time.slice(11, 19)} ${mark}${[oneLine(message), ...words].join(' ')}`);
  }

  request(line: RequestLine): void {
    const time = this.#time();
    const durationMs = Math.round(line.durationMs * 100) / 100;
    if (this.#format === 'json') {
      this.#append(JSON.stringify({ time, level: 'info', ...line, durationMs }));
      return;
    }
    const error = line.errorCode ? ` ${oneLine(line.errorCode)}` : '';
    this.#append(
      `${time.slice(11, 19)} ${line.service} ${line.operation} ${line.status} ${durationMs} ms${error}`,
    );
  }

  /** Hands all pending lines to the output now. */
  flush(): void {
    if (this.#dropped) this.#pending += `… ${this.#dropped} lines dropped\n`;
    this.#dropped = 0;
    if (this.#pending) this.#write(this.#pending);
    this.#pending = '';
  }

  #append(line: string): void {
    if (this.#pending.length > PENDING_CHARACTERS_MAX) {
      this.#dropped++;
      return;
    }
    this.#pending += `${line}\n`;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#timers.after(FLUSH_AFTER_MS, () => {
      this.#scheduled = false;
      this.flush();
    });
  }

  #lastSecond = 0;
  #lastSecondText = '';

  /** ISO 8601 to the second in text form (made once a second), to the millisecond in JSON. */
  #time(): string {
    const nowMs = this.#clock.nowMs();
    if (this.#format === 'json') return new Date(nowMs).toISOString();
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#lastSecond) {
      this.#lastSecond = second;
      this.#lastSecondText = new Date(nowMs).toISOString();
    }
    return this.#lastSecondText;
  }
}

function display(value: unknown): string {
  return oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

/** Text from outside must not forge lines or drive the terminal. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
