/** An ordered store that lives and dies with the process. */
import { StoreClosedError } from '../errors.ts';
import { bytesToText, textToBytes } from '../key-text.ts';
import type { Entry, Key, OrderedStore, Range, Value, Write } from '../ordered-store.ts';
import { SortedBlocks } from './sorted-blocks.ts';

export function createMemoryStore(): OrderedStore {
  // As text, so that nobody's later change of a Buffer changes what is stored.
  const entries = new SortedBlocks<string>();
  let closed = false;

  const requireOpen = () => {
    if (closed) throw new StoreClosedError();
  };
  const read = (key: Key): Value | undefined => {
    const value = entries.get(bytesToText(key));
    return value === undefined ? undefined : textToBytes(value);
  };
  /** The change that a write means; throws, having changed nothing, when it means none. */
  const changeOf = (write: Write): (() => void) => {
    if (write.type === 'put') {
      const [key, value] = [bytesToText(write.key), bytesToText(write.value)];
      return () => entries.set(key, value);
    }
    if (write.type === 'delete') {
      const key = bytesToText(write.key);
      return () => entries.delete(key);
    }
    const [start, end] = [bytesToText(write.start), bytesToText(write.end)];
    return () => entries.deleteRange(start, end);
  };

  return {
    async get(key) {
      requireOpen();
      return read(key);
    },
    async getMany(keys) {
      requireOpen();
      return keys.map(read);
    },
    async range(range) {
      requireOpen();
      return readRange(entries, range);
    },
    async transact(keys, decide) {
      requireOpen();
      const { writes, result } = decide(keys.map(read));
      for (const change of writes.map(changeOf)) change();
      return result;
    },
    async close() {
      closed = true;
    },
  };
}

function readRange(entries: SortedBlocks<string>, range: Range): Entry[] {
  const { start, end, limit, reverse = false, bytesMax = Infinity } = range;
  const found: Entry[] = [];
  if (limit <= 0) return found;
  let bytes = 0;
  entries.scan(bytesToText(start), bytesToText(end), reverse, (key, value) => {
    found.push({ key: textToBytes(key), value: textToBytes(value) });
    bytes += key.length + value.length;
    return found.length < limit && bytes < bytesMax;
  });
  return found;
}
