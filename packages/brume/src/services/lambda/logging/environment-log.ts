/**
 * What the processes of one execution environment write, cut into log events, and the platform's own
 * lines between them. Keeps the tail of the invocation at hand for `LogType: Tail`.
 */
import type { Clock } from '../../../environment/environment.ts';
import { LOG_EVENT_BYTES_MAX, LOG_TAIL_BYTES } from '../limits.ts';
import { FramedOutput } from './framed-output.ts';
import type { PlatformEvent } from './platform-events.ts';
import type { PlatformLine } from './platform-lines.ts';
import type { Telemetry } from './telemetry.ts';

const LINE_FEED = 0x0a;

/** Takes one event: text that ends with a line feed and may have more of them inside. */
export type LogSink = (message: string, source: 'platform' | 'function') => void;

export interface EnvironmentLogParts {
  readonly sink: LogSink;
  readonly line: PlatformLine;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

export class EnvironmentLog {
  readonly #parts: EnvironmentLogParts;
  /** At least the last bytes that are wanted: so many characters. */
  #tail = '';
  #streams: (LineSplitter | FramedOutput)[] = [];
  #receivedBytes = 0;

  constructor(parts: EnvironmentLogParts) {
    this.#parts = parts;
  }

  /** Forgets the tail of the invocation before. */
  beginTail(): void {
    this.#tail = '';
  }

  /** A receiver for one output stream of a process; `isFramed` where some messages in it are. */
  stream(source: 'function' | 'extension' = 'function', isFramed = false): (chunk: Buffer) => void {
    const lines = new LineSplitter((line) => {
      this.#parts.telemetry.line(source, line);
      this.#add(line, 'function');
    });
    const stream = isFramed ? new FramedOutput(lines) : lines;
    this.#streams.push(stream);
    return (chunk) => {
      this.#receivedBytes += chunk.length;
      stream.push(chunk);
    };
  }

  /** How much the processes have written so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Makes an event of output that has no line feed yet: an invocation's end ends its lines. */
  flush(): void {
    for (const stream of this.#streams) stream.flush();
  }

  /** Adds a line of the platform's own. */
  write(message: string): void {
    this.#add(message, 'platform');
  }

  /** Tells what the platform does, to the log where it wants to have it. */
  tell(event: PlatformEvent): void {
    const { line, telemetry, clock } = this.#parts;
    telemetry.event(event.type, event.record);
    const message = line(event, clock.nowMs());
    if (message !== undefined) this.write(message);
  }

  #add(message: string, source: 'platform' | 'function'): void {
    this.#parts.sink(message, source);
    this.#tail = (this.#tail + message).slice(-LOG_TAIL_BYTES);
  }

  /** The last 4 KB since `beginTail`. */
  tail(): string {
    return Buffer.from(this.#tail).subarray(-LOG_TAIL_BYTES).toString();
  }
}

/**
 * Cuts output at line feeds. Inside an event runtimes write carriage returns for line feeds, which is
 * how a stack trace stays one event; they come back as line feeds here.
 */
class LineSplitter {
  readonly #emit: (line: string) => void;
  #partial: Buffer[] = [];
  #partialBytes = 0;

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.add(chunk.subarray(start, end));
      this.#end();
      start = end + 1;
    }
    this.add(chunk.subarray(start));
  }

  /** Ends a line that has begun. */
  flush(): void {
    if (this.#partialBytes > 0) this.#end();
  }

  /** A part of a line; line feeds in it are the line's own. */
  add(bytes: Buffer): void {
    let rest = bytes;
    while (this.#partialBytes + rest.length > LOG_EVENT_BYTES_MAX) {
      const room = LOG_EVENT_BYTES_MAX - this.#partialBytes;
      this.#partial.push(rest.subarray(0, room));
      this.#end();
      rest = rest.subarray(room);
    }
    if (rest.length === 0) return;
    this.#partial.push(rest);
    this.#partialBytes += rest.length;
  }

  #end(): void {
    const text = Buffer.concat(this.#partial).toString().replaceAll('\r', '\n');
    this.#partial = [];
    this.#partialBytes = 0;
    this.#emit(text.endsWith('\n') ? text : `${text}\n`);
  }
}
