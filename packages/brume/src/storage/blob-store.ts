/**
 * Immutable byte sequences beside the ordered store: function code, layers, objects. A blob is durable
 * when `write` resolves; the metadata that names it is committed after, and removed before it.
 */
export interface BlobStore {
  /** Stores the bytes under a new id. Rejects, leaving nothing, when the source does. */
  write(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<BlobReference>;
  /** Bytes `start` (inclusive) to `end` (exclusive) of a blob; the whole where no range is given. */
  read(id: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  /** Removes a blob; nothing happens when it is not there. */
  delete(id: string): Promise<void>;
  /** Ids of all blobs, for collecting those that no metadata names. */
  list(): AsyncIterable<string>;
}

export interface BlobReference {
  readonly id: string;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, standard base64 with padding. */
  readonly sha256: string;
}
