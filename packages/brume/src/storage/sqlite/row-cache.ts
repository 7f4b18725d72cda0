/**
 * Recently read and written values in memory: a point read through SQLite takes locks, which are system
 * calls, and walks a tree; most reads of a running app ask for the same few rows again.
 *
 * Two generations make it forget cheaply: what is used lives in the young one; when that is full it
 * becomes the old one, and what nobody used since goes. Absence is not remembered.
 */
import { bytesToText } from '../key-text.ts';
import type { Key, Value } from '../ordered-store.ts';

/** What an entry costs beside its bytes: a Map slot, a string, a Buffer. */
const ENTRY_OVERHEAD_BYTES = 200;
/** Large values are cheap to read relative to their size, and would push out all others. */
const VALUE_BYTES_MAX = 16 * 1024;

export class RowCache {
  readonly #generationBytesMax: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #youngBytes = 0;

  constructor(bytesMax: number) {
    this.#generationBytesMax = bytesMax / 2;
  }

  /** The value, or what `read` finds, which is remembered. */
  get(key: Key, read: (key: Key) => Value | undefined): Value | undefined {
    const text = bytesToText(key);
    const young = this.#young.get(text);
    if (young) return young;
    const value = this.#old.get(text) ?? read(key);
    if (value) this.#remember(text, value);
    return value;
  }

  /** To be told of every write; what was not remembered need not be from now on. */
  put(key: Key, value: Value): void {
    const text = bytesToText(key);
    // A copy: the writer may use its bytes again.
    if (this.#young.has(text) || this.#old.delete(text)) this.#remember(text, Buffer.from(value));
  }

  delete(key: Key): void {
    this.#forget(bytesToText(key));
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngBytes = 0;
  }

  #forget(text: string): void {
    this.#young.delete(text);
    this.#old.delete(text);
  }

  #remember(text: string, value: Value): void {
    if (value.length > VALUE_BYTES_MAX) {
      this.#forget(text);
      return;
    }
    // A value that replaces another counts twice until the generation ends: too much, never too little.
    this.#youngBytes += text.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.#young.set(text, value);
    if (this.#youngBytes < this.#generationBytesMax) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}
