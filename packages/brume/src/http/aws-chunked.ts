/**
 * The `aws-chunked` content coding: frames of `size[;chunk-signature=…]`, data, and after the last an
 * optional trailer, inside the body of HTTP. A state machine over whatever pieces arrive; data is
 * handed on as parts of them, uncopied. Signatures are for a verifier to judge.
 */

/** Longest line of a frame's head or of the trailer, without its end. */
const LINE_BYTES_MAX = 1024;
const TRAILERS_MAX = 16;
/** S3: "Only the last chunk is allowed to have a size less than 8192 bytes". */
const CHUNK_BYTES_MIN = 8192;

const CR = 0x0d;
const LF = 0x0a;
const EMPTY = Buffer.alloc(0);

export type ChunkedFault = 'incomplete' | 'malformed' | 'chunk-size' | 'trailer' | 'signature';

export class AwsChunkedError extends Error {
  override readonly name = 'AwsChunkedError';
  readonly fault: ChunkedFault;
  /** 1 for the first chunk. */
  readonly chunk: number;
  /** Size of the chunk that is at fault, for `chunk-size`. */
  readonly sizeBytes: number;

  constructor(fault: ChunkedFault, chunk: number, sizeBytes = 0) {
    super(`aws-chunked body at chunk ${chunk}: ${fault}`);
    this.fault = fault;
    this.chunk = chunk;
    this.sizeBytes = sizeBytes;
  }
}

/** Judges the signatures of chunks; asked in the order of the body. */
export interface ChunkVerifier {
  data(bytes: Uint8Array): void;
  /** Whether the signature is that of the data since the last chunk. */
  endChunk(signature: string): boolean;
  /** Whether the signature is that of the trailer: its `name:value` lines, each ended by a line feed. */
  endTrailer(lines: string, signature: string): boolean;
}

export interface AwsChunkedOptions {
  /** Bytes of data in all, as `x-amz-decoded-content-length` announces. */
  readonly decodedBytes: number;
  /** Whether each chunk carries a signature. */
  readonly signed: boolean;
  /** Whether a trailer follows the last chunk. */
  readonly trailer: boolean;
  /** Absent where signatures are read but not judged. */
  readonly verifier: ChunkVerifier | undefined;
}

type State = 'head' | 'data' | 'data-end' | 'trailer' | 'done';

export class AwsChunkedDecoder {
  /** Trailing fields by lower-case name; complete when the body is. */
  readonly trailers = new Map<string, string>();
  readonly #options: AwsChunkedOptions;
  #state: State = 'head';
  #line: Buffer = EMPTY;
  #remainingBytes = 0;
  #decodedBytes = 0;
  #chunk = 0;
  #chunkBytes = 0;
  #chunkSignature = '';
  #trailerLines = '';
  #trailerSignature = '';

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
  }

  /** Takes the next piece of the body; gives the data in it. */
  *write(piece: Uint8Array): Generator<Uint8Array, void> {
    let rest: Uint8Array = piece;
    while (rest.length > 0) {
      if (this.#state === 'done') throw this.#error('malformed');
      if (this.#state === 'data') {
        const data = rest.subarray(0, this.#remainingBytes);
        rest = rest.subarray(data.length);
        this.#takeData(data);
        yield data;
      } else {
        rest = this.#takeLine(rest);
      }
    }
  }

  /** The body is over. */
  end(): void {
    const complete = this.#state === 'done' && this.#decodedBytes === this.#options.decodedBytes;
    if (!complete) throw this.#error('incomplete');
  }

  #takeData(data: Uint8Array): void {
    this.#options.verifier?.data(data);
    this.#remainingBytes -= data.length;
    if (this.#remainingBytes === 0) this.#state = 'data-end';
  }

  /** Consumes up to the end of a line, keeping what came of it, and acts on the line when it is whole. */
  #takeLine(rest: Uint8Array): Uint8Array {
    const end = rest.indexOf(LF);
    const taken = end < 0 ? rest : rest.subarray(0, end + 1);
    if (this.#line.length + taken.length > LINE_BYTES_MAX + 2) throw this.#error('malformed');
    this.#line = Buffer.concat([this.#line, taken]);
    if (end < 0) return EMPTY;
    // A line feed alone ends no line: where readers differ on that, requests are smuggled.
    if (this.#line.at(-2) !== CR) throw this.#error('malformed');
    const line = this.#line.toString('latin1', 0, this.#line.length - 2);
    this.#line = EMPTY;
    if (this.#state === 'head') this.#head(line);
    else if (this.#state === 'data-end') this.#endData(line);
    else this.#trailer(line);
    return rest.subarray(end + 1);
  }

  #head(line: string): void {
    const form = this.#options.signed ? SIGNED_HEAD : UNSIGNED_HEAD;
    const [whole, hex = '', signature = ''] = form.exec(line) ?? [];
    if (whole === undefined) throw this.#error('malformed');
    const sizeBytes = Number.parseInt(hex, 16);
    const previousBytes = this.#chunkBytes;
    if (sizeBytes > 0 && this.#chunk > 0 && previousBytes < CHUNK_BYTES_MIN) {
      throw this.#error('chunk-size', previousBytes);
    }
    this.#decodedBytes += sizeBytes;
    if (this.#decodedBytes > this.#options.decodedBytes) throw this.#error('incomplete');
    this.#chunk += 1;
    this.#chunkBytes = this.#remainingBytes = sizeBytes;
    this.#chunkSignature = signature;
    if (sizeBytes > 0) this.#state = 'data';
    else this.#endLastChunk();
  }

  #endData(line: string): void {
    if (line !== '') throw this.#error('malformed');
    this.#verifyChunk();
    this.#state = 'head';
  }

  /** The chunk of no bytes: its data and the blank line that ends the trailer are one. */
  #endLastChunk(): void {
    this.#verifyChunk();
    this.#state = 'trailer';
  }

  #verifyChunk(): void {
    const { signed, verifier } = this.#options;
    if (signed && verifier && !verifier.endChunk(this.#chunkSignature)) {
      throw this.#error('signature');
    }
  }

  #trailer(line: string): void {
    if (line === '') {
      this.#endTrailer();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const full = this.trailers.size >= TRAILERS_MAX || this.trailers.has(name);
    // The signature comes last: nothing after it would be signed.
    const late = this.#trailerSignature !== '';
    if (!this.#options.trailer || !TOKEN.test(name) || full || late) throw this.#error('trailer');
    if (name === 'x-amz-trailer-signature') {
      this.#trailerSignature = value;
    } else {
      this.trailers.set(name, value);
      this.#trailerLines += `${name}:${value}\n`;
    }
  }

  #endTrailer(): void {
    const { signed, trailer, verifier } = this.#options;
    if (trailer && signed && verifier) {
      const right = verifier.endTrailer(this.#trailerLines, this.#trailerSignature);
      if (!right) throw this.#error('signature');
    }
    this.#state = 'done';
  }

  #error(fault: ChunkedFault, sizeBytes?: number): AwsChunkedError {
    return new AwsChunkedError(fault, this.#chunk, sizeBytes);
  }
}

// No sign, no blank, no `0x`, no other extension: 13 digits are 2^52, what a number holds exactly.
const UNSIGNED_HEAD = /^([0-9a-fA-F]{1,13})$/;
const SIGNED_HEAD = /^([0-9a-fA-F]{1,13});chunk-signature=([0-9a-f*]{64,144})$/;
const TOKEN = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Decodes a whole stream; the trailers are at the decoder when it has ended. */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  decoder: AwsChunkedDecoder,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of source) yield* decoder.write(piece);
  decoder.end();
}
