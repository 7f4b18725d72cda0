/**
 * How an answer is held against what LocalStack's recorder wrote down: ids, times and the like stand as
 * `<name:1>`, which must be the same text wherever it stands.
 */
import assert from 'node:assert/strict';
import type { Answer } from './recording.ts';

export class Comparison {
  readonly #bindings = new Map<string, string>();

  alike(expected: unknown, actual: unknown, where: string): void {
    if (expected === 'datetime') return assert(actual instanceof Date, `${where} is a time`);
    if (typeof expected === 'string') return this.#sameText(expected, actual, where);
    if (typeof expected !== 'object' || expected === null) {
      return assert.equal(actual, expected, where);
    }
    // The recorder reads JSON out of texts.
    const text = actual instanceof Uint8Array ? Buffer.from(actual).toString() : actual;
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : text;
    assert(typeof value === 'object' && value !== null, where);
    const defined = Object.entries(value).filter(([, each]) => each !== undefined);
    assert.deepEqual(defined.map(([key]) => key).sort(), Object.keys(expected).sort(), where);
    const members = value as Readonly<Record<string, unknown>>;
    if (Array.isArray(expected)) this.#arrange(expected, value as Answer[]);
    for (const [key, each] of Object.entries(expected)) {
      this.alike(each, members[key], `${where}.${key}`);
    }
  }

  /** Puts a list into the recorded order, by the ids that are known from before, or by names. */
  #arrange(expected: readonly Answer[], actual: Answer[]): void {
    const ids = expected.map((each) => this.#bindings.get(each?.id));
    const names = expected.map((each) => each?.name);
    const key = ids.includes(undefined) ? 'name' : 'id';
    const known = key === 'id' ? ids : names;
    if (known.includes(undefined)) return;
    actual.sort((left, right) => known.indexOf(left[key]) - known.indexOf(right[key]));
  }

  #sameText(expected: string, actual: unknown, where: string): void {
    const text = String(actual)
      .replaceAll('000000000000', '111111111111')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'date');
    const parts = expected.split(/(<[\w-]+(?::\d+)?>)/);
    const pattern = parts.map((part, at) => {
      const bound = this.#bindings.get(part);
      if (at % 2 === 0) return literally(part);
      return bound === undefined ? '(.+?)' : `(${literally(bound)})`;
    });
    const match = new RegExp(`^${pattern.join('')}$`, 's').exec(text);
    assert(
      match,
      `${where}: ${text} is not ${expected} with ${JSON.stringify([...this.#bindings])}`,
    );
    const names = parts.filter((_, at) => at % 2 === 1);
    names.forEach((name, at) => this.#bindings.set(name, match[at + 1] ?? ''));
  }
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
