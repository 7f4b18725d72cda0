/**
 * A sorted map from text to `Value`: entries lie in sorted blocks of bounded size, and the blocks in
 * one sorted list, so that an insert moves a block's worth of pointers and a scan walks plain arrays.
 */
const BLOCK_ENTRIES_MAX = 512;
const BLOCK_ENTRIES_MIN = BLOCK_ENTRIES_MAX / 8;

interface Block<Value> {
  readonly keys: string[];
  readonly values: Value[];
}

interface Position {
  readonly block: number;
  readonly index: number;
}

export class SortedBlocks<Value> {
  readonly #blocks: Block<Value>[] = [{ keys: [], values: [] }];
  /** Per block, a text ≤ its keys and > those of the block before; '' for the first. */
  readonly #bounds: string[] = [''];

  get(key: string): Value | undefined {
    const block = this.#blockAt(this.#blockOf(key));
    const index = lowerBound(block.keys, key);
    return block.keys[index] === key ? block.values[index] : undefined;
  }

  set(key: string, value: Value): void {
    const at = this.#blockOf(key);
    const block = this.#blockAt(at);
    const index = lowerBound(block.keys, key);
    if (block.keys[index] === key) {
      block.values[index] = value;
      return;
    }
    block.keys.splice(index, 0, key);
    block.values.splice(index, 0, value);
    if (block.keys.length > BLOCK_ENTRIES_MAX) this.#split(at, index);
  }

  delete(key: string): void {
    const at = this.#blockOf(key);
    const block = this.#blockAt(at);
    const index = lowerBound(block.keys, key);
    if (block.keys[index] !== key) return;
    block.keys.splice(index, 1);
    block.values.splice(index, 1);
    this.#mergeIfSmall(at);
  }

  /** Removes the keys from `start` (inclusive) to `end` (exclusive). */
  deleteRange(start: string, end: string): void {
    if (start >= end) return;
    const from = this.#position(start);
    const to = this.#position(end);
    const first = this.#blockAt(from.block);
    if (from.block === to.block) {
      first.keys.splice(from.index, to.index - from.index);
      first.values.splice(from.index, to.index - from.index);
    } else {
      const last = this.#blockAt(to.block);
      first.keys.length = first.values.length = from.index;
      last.keys.splice(0, to.index);
      last.values.splice(0, to.index);
      this.#blocks.splice(from.block + 1, to.block - from.block - 1);
      this.#bounds.splice(from.block + 1, to.block - from.block - 1);
      this.#mergeIfSmall(from.block + 1);
    }
    this.#mergeIfSmall(from.block);
  }

  /**
   * Visits the keys from `start` (inclusive) to `end` (exclusive), in order or from the last one
   * down, until `visit` returns false. The map must not change meanwhile.
   */
  scan(
    start: string,
    end: string,
    reverse: boolean,
    visit: (key: string, value: Value) => boolean,
  ): void {
    if (start >= end) return;
    const step = reverse ? -1 : 1;
    const from = this.#position(reverse ? end : start);
    let index = reverse ? from.index - 1 : from.index;
    for (let at = from.block; at >= 0 && at < this.#blocks.length; at += step) {
      const { keys, values } = this.#blockAt(at);
      if (at !== from.block) index = reverse ? keys.length - 1 : 0;
      for (; index >= 0 && index < keys.length; index += step) {
        const key = keys[index] as string;
        if (reverse ? key < start : key >= end) return;
        if (!visit(key, values[index] as Value)) return;
      }
    }
  }

  /** Where `key` is, or would be inserted. */
  #position(key: string): Position {
    const block = this.#blockOf(key);
    return { block, index: lowerBound(this.#blockAt(block).keys, key) };
  }

  #blockOf(key: string): number {
    const next = lowerBound(this.#bounds, key);
    return this.#bounds[next] === key ? next : next - 1;
  }

  #blockAt(index: number): Block<Value> {
    return this.#blocks[index] as Block<Value>;
  }

  #split(at: number, insertedIndex: number): void {
    const block = this.#blockAt(at);
    const last = block.keys.length - 1;
    // Keys that arrive in ascending order leave full blocks behind.
    const cut = insertedIndex === last ? last : block.keys.length >> 1;
    const upper = { keys: block.keys.splice(cut), values: block.values.splice(cut) };
    this.#blocks.splice(at + 1, 0, upper);
    this.#bounds.splice(at + 1, 0, upper.keys[0] as string);
  }

  /** Joins a block that has become small with a neighbour. */
  #mergeIfSmall(at: number): void {
    if (this.#blocks.length === 1 || this.#blockAt(at).keys.length >= BLOCK_ENTRIES_MIN) return;
    const left = at === 0 ? 0 : at - 1;
    const into = this.#blockAt(left);
    const from = this.#blockAt(left + 1);
    if (into.keys.length + from.keys.length > BLOCK_ENTRIES_MAX) return;
    into.keys.push(...from.keys);
    into.values.push(...from.values);
    this.#blocks.splice(left + 1, 1);
    this.#bounds.splice(left + 1, 1);
  }
}

/** Index of the first text that is ≥ `key`. */
function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
