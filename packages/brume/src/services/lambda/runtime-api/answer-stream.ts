/**
 * An answer on its way from a runtime to a caller, chunk by chunk: the runtime is read no faster than
 * the caller reads. A caller who leaves does not stop the function, whose output then goes nowhere.
 */

/** Where a streamed answer goes. */
export interface AnswerSink {
  /** The runtime has begun to stream. */
  begin(contentType: string): void;
  /** Resolves once there is room for more. */
  write(chunk: Uint8Array): Promise<void>;
}

export class AnswerStream implements AnswerSink, AsyncIterable<Uint8Array> {
  /** Resolves with the content type when the runtime begins to stream. */
  readonly begun: Promise<string>;
  /** The version that was chosen to answer. */
  executedVersion: string | undefined;
  #begin!: (contentType: string) => void;
  #chunk: Uint8Array | undefined;
  #state: 'open' | 'ended' | 'left' = 'open';
  /** Wakes who waits: the writer for room, or the reader for a chunk. */
  #wakeWriter: (() => void) | undefined;
  #wakeReader: (() => void) | undefined;

  constructor() {
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  begin(contentType: string): void {
    this.#begin(contentType);
  }

  /** One chunk is held at a time; there is one writer. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'open' || chunk.length === 0) return;
    this.#chunk = chunk;
    this.#wakeReader?.();
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wakeReader?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunk;
        if (chunk) {
          this.#chunk = undefined;
          yield chunk;
          this.#wakeWriter?.();
        } else if (this.#state === 'ended') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.#state = 'left';
      this.#wakeWriter?.();
    }
  }
}
