/**
 * Output in which some messages are framed, so that they are one event each whatever they contain: how
 * AWS's runtimes hand over what is logged. A frame is a type, the length of the message, the time, and
 * the message (github.com/aws/aws-lambda-java-libs, FramedTelemetryLogSink).
 */

/** Of the type; what follows is the level and the format. No text has these bytes. */
const TYPE_BEGIN = Buffer.from([0xa5, 0x5a, 0x00]);
const LENGTH_OFFSET = 4;
const HEADER_BYTES = 16;

export interface FrameReceiver {
  /** Output that is not framed, in pieces. */
  push(bytes: Buffer): void;
  /** A part of a message. */
  add(bytes: Buffer): void;
  /** What came so far is complete. */
  flush(): void;
}

export class FramedOutput {
  readonly #to: FrameReceiver;
  /** The beginning of a header, or what may be one. */
  #begun: Buffer = Buffer.alloc(0);
  #missingBytes = 0;

  constructor(to: FrameReceiver) {
    this.#to = to;
  }

  push(chunk: Buffer): void {
    let bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    this.#begun = Buffer.alloc(0);
    while (bytes.length > 0) {
      const rest = this.#missingBytes > 0 ? this.#readMessage(bytes) : this.#readHeader(bytes);
      if (rest === undefined) return;
      bytes = rest;
    }
  }

  /** No more comes of what has begun. */
  flush(): void {
    this.#missingBytes = 0;
    this.#to.push(this.#begun);
    this.#begun = Buffer.alloc(0);
    this.#to.flush();
  }

  #readMessage(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#missingBytes);
    this.#to.add(part);
    this.#missingBytes -= part.length;
    if (this.#missingBytes === 0) this.#to.flush();
    return bytes.subarray(part.length);
  }

  /** What comes after the header; undefined when more must be received first. */
  #readHeader(bytes: Buffer): Buffer | undefined {
    const at = headerOffset(bytes);
    if (at > 0) this.#to.push(bytes.subarray(0, at));
    const header = bytes.subarray(at, at + HEADER_BYTES);
    if (header.length < HEADER_BYTES) {
      this.#begun = header;
      return undefined;
    }
    this.#to.flush();
    this.#missingBytes = header.readUInt32BE(LENGTH_OFFSET);
    return bytes.subarray(at + HEADER_BYTES);
  }
}

/** Where the first header is, or may be when the bytes end before that is known; their end if nowhere. */
function headerOffset(bytes: Buffer): number {
  const at = bytes.indexOf(TYPE_BEGIN);
  if (at !== -1) return at;
  const last = bytes.lastIndexOf(TYPE_BEGIN[0] ?? 0);
  const mayBegin =
    last !== -1 && TYPE_BEGIN.subarray(0, bytes.length - last).equals(bytes.subarray(last));
  return mayBegin ? last : bytes.length;
}
