/** An ordered store that lives and dies with the process. */
import { StoreClosedError } from '../errors.ts';
import type { Entry, Key, OrderedStore, Range, Value, Write } from '../ordered-store.ts';
import { SortedBlocks } from './sorted-blocks.ts';

export function createMemoryStore(): OrderedStore {
  // Bytes are kept as text of one character a byte: such text compares as memcmp does, costs a
  // third of what a Buffer costs, and its copies make nobody's later change of a Buffer ours.
  const entries = new SortedBlocks<string>();
  let closed = false;

  const requireOpen = () => {
    if (closed) throw new StoreClosedError();
  };
  const read = (key: Key): Value | undefined => {
    const value = entries.get(toText(key));
    return value === undefined ? undefined : toBytes(value);
  };
  const apply = (write: Write) => {
    if (write.type === 'put') entries.set(toText(write.key), toText(write.value));
    else if (write.type === 'delete') entries.delete(toText(write.key));
    else entries.deleteRange(toText(write.start), toText(write.end));
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
      for (const write of writes) apply(write);
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
  entries.scan(toText(start), toText(end), reverse, (key, value) => {
    found.push({ key: toBytes(key), value: toBytes(value) });
    bytes += key.length + value.length;
    return found.length < limit && bytes < bytesMax;
  });
  return found;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
