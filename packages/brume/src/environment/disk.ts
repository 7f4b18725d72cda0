/**
 * Files as Brume needs them: whole-file reads, appends and atomic replacement, with syncing explicit,
 * because "written" and "would survive a power cut" are different things.
 *
 * Errors keep Node's shape (`code: 'ENOENT'` …), whatever the implementation.
 */
export interface Disk {
  /** Creates the folder and its parents where missing, and makes their names durable. */
  makeDirectory(path: string): Promise<void>;
  /**
   * Opens a file, creating it where `create` says so, for the eyes of its owner alone where
   * `ownerOnly` does. Never truncates.
   */
  open(path: string, options: { create: boolean; ownerOnly?: boolean }): Promise<DiskFile>;
  /** The whole file. Rejects with ENOENT when there is none. */
  readFile(path: string): Promise<Buffer>;
  /** Streams bytes `start` (inclusive) to `end` (exclusive) of a file. */
  readStream(path: string, range?: { start: number; end: number }): AsyncIterable<Buffer>;
  /** Names in a folder, unsorted. */
  list(path: string): Promise<string[]>;
  /** Size in bytes, or undefined when there is no such file. */
  sizeBytes(path: string): Promise<number | undefined>;
  /** Atomic within one file system; durable only after `syncDirectory`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a folder durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface DiskFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  read(length: number, position: number): Promise<Buffer>;
  truncate(length: number): Promise<void>;
  /** Resolves once all that was written before the call would survive a power cut (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}
