/**
 * The reference that a simulated store is held to: every version that its contents ever had, in order.
 * Naive on purpose: a version is a whole copy.
 *
 * A reader may have seen any version of the time in which it was reading; but whatever anybody has
 * seen must survive the next power cut, for which `observed` keeps the oldest version that would do.
 */
import assert from 'node:assert/strict';
import type { Entry, Range, Value, Write } from '../../packages/brume/src/storage/ordered-store.ts';

/** Values by key, both as hexadecimal text, which sorts as the bytes do. */
export type Version = ReadonlyMap<string, string>;

export class History {
  #versions: Version[] = [new Map()];
  #observed = 0;

  get newest(): Version {
    return this.#versions.at(-1) as Version;
  }

  /** The number of the newest version. */
  get length(): number {
    return this.#versions.length - 1;
  }

  commit(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    const next = new Map(this.newest);
    for (const write of writes) apply(next, write);
    this.#versions.push(next);
  }

  /** Somebody was told of the version with this number, or of something that follows from it. */
  observe(version: number): void {
    this.#observed = Math.max(this.#observed, version);
  }

  /** Somebody read `seen`, having begun when version `since` was the newest. */
  observeRead(since: number, seen: string, look: (version: Version) => string): void {
    const looks = this.#versions.map(look);
    let version = looks.indexOf(seen, since);
    assert.notEqual(version, -1, `read ${seen}, which was not so while it was reading`);
    while (version > 0 && looks[version - 1] === seen) version--;
    this.observe(version);
  }

  /** After a power cut: the store must hold some version that takes nothing back from anybody. */
  recover(found: readonly Entry[]): void {
    const shown = showEntries(found);
    const version = this.#versions.findLastIndex((version) => showVersion(version) === shown);
    assert.notEqual(version, -1, 'the store holds what it never held before');
    assert.ok(version >= this.#observed, `version ${this.#observed} was seen, ${version} is left`);
    this.#versions = [this.#versions[version] as Version];
    this.#observed = 0;
  }
}

export function lookAtKeys(keys: readonly Uint8Array[]): (version: Version) => string {
  const texts = keys.map(hex);
  return (version) => texts.map((key) => version.get(key) ?? 'none').join();
}

export function lookAtRange({ start, end, limit, reverse }: Range): (version: Version) => string {
  const [from, to] = [hex(start), hex(end)];
  return (version) => {
    const inside = [...version].filter(([key]) => key >= from && key < to).sort(byKey);
    if (reverse === true) inside.reverse();
    return inside.slice(0, limit).join();
  };
}

export function showValues(values: readonly (Value | undefined)[]): string {
  return values.map((value) => (value === undefined ? 'none' : hex(value))).join();
}

export function showEntries(entries: readonly Entry[]): string {
  return entries.map(({ key, value }) => [hex(key), hex(value)]).join();
}

function showVersion(version: Version): string {
  return [...version].sort(byKey).join();
}

function byKey([left]: [string, string], [right]: [string, string]): number {
  return left < right ? -1 : 1;
}

function apply(version: Map<string, string>, write: Write): void {
  if (write.type === 'put') version.set(hex(write.key), hex(write.value));
  else if (write.type === 'delete') version.delete(hex(write.key));
  else {
    const [start, end] = [hex(write.start), hex(write.end)];
    for (const key of version.keys()) if (key >= start && key < end) version.delete(key);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
