/** Watches the sizes of WebSocket frames as they come in, without taking anything from the stream. */

/** Two bytes, eight of length, four of mask. */
const HEADER_BYTES_MAX = 14;

export class FrameWatch {
  readonly #frameBytesMax: number;
  readonly #header = Buffer.alloc(HEADER_BYTES_MAX);
  #headerBytes = 0;
  /** Of the frame's payload, still to come. */
  #payloadBytes = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** False from the first frame on that is longer than allowed. */
  allows(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadBytes > 0) {
        const taken = Math.min(this.#payloadBytes, chunk.length - at);
        this.#payloadBytes -= taken;
        at += taken;
        continue;
      }
      this.#header[this.#headerBytes++] = chunk[at++] ?? 0;
      if (this.#headerBytes < headerLength(this.#header, this.#headerBytes)) continue;
      this.#payloadBytes = payloadLength(this.#header);
      if (this.#payloadBytes > this.#frameBytesMax) {
        // Where it ends does not matter: nothing of this connection is taken any more.
        this.#payloadBytes = Infinity;
        return false;
      }
      this.#headerBytes = 0;
    }
    return this.#payloadBytes !== Infinity;
  }
}

/** As far as it is known from the bytes that are there. */
function headerLength(header: Buffer, bytes: number): number {
  if (bytes < 2) return 2;
  const second = header[1] ?? 0;
  const length = second & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}
