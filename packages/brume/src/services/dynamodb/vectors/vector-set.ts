/**
 * The vectors of an index, or of one partition of it, packed into one array in memory, with what
 * filters ask for beside them: a search looks at each of them, so it is exact.
 */
import { attributeOf, typeOf, type AttributeMap } from '../items/attribute-value.ts';
import type { KeyAttribute } from '../items/key.ts';
import { lengthOf, queryOf, rankOf, SCORES, type Query } from './distance.ts';
import { NUMBERS_PER_TURN } from './limits.ts';
import type { Nearest } from './nearest.ts';
import { NUMBER_BYTES, storedVector } from './vector.ts';
import { entryItem, type VectorIndex } from './vector-index.ts';

/** What filters ask for, in the order of the index's filters; undefined where one is not asked. */
export type FilterValues = readonly (string | undefined)[];

/** Values of filter attributes in a form in which equal ones are the same text. */
export function filterValues(filters: readonly KeyAttribute[], item: AttributeMap): FilterValues {
  return filters.map(({ name }) => {
    const value = attributeOf(item, name);
    return value && `${typeOf(value)}${value.S ?? value.N ?? value.B ?? ''}`;
  });
}

export interface Search {
  readonly vector: Float32Array;
  readonly filter: FilterValues;
}

const CAPACITY_MIN = 8;
/** What an entry costs besides its numbers and its key, twice: an estimate. */
const ENTRY_OVERHEAD_BYTES = 200;

export class VectorSet {
  readonly #index: VectorIndex;
  readonly #slots = new Map<string, number>();
  readonly #keys: Buffer[] = [];
  readonly #filters: FilterValues[] = [];
  #vectors: Float32Array;
  #lengths: Float64Array;
  #textBytes = 0;

  constructor(index: VectorIndex) {
    this.#index = index;
    this.#vectors = new Float32Array(CAPACITY_MIN * index.dimensions);
    this.#lengths = new Float64Array(CAPACITY_MIN);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** About the memory that it takes. */
  get bytes(): number {
    const { byteLength } = this.#vectors;
    return byteLength + this.#lengths.byteLength + this.#textBytes;
  }

  put(key: Buffer, value: Uint8Array): void {
    this.remove(key);
    const { dimensions, filters } = this.#index;
    const slot = this.#keys.length;
    if (slot === this.#lengths.length) this.#grow();
    this.#vectors.set(storedVector(value, dimensions), slot * dimensions);
    this.#lengths[slot] = lengthOf(this.#vectors, slot * dimensions, dimensions);
    const { attributes } = filters.length === 0 ? EMPTY : entryItem(this.#index, value);
    const values = filterValues(filters, attributes);
    this.#keys.push(key);
    this.#filters.push(values);
    this.#slots.set(key.toString('latin1'), slot);
    this.#textBytes += textBytesOf(key, values);
  }

  /** The last entry moves to where the removed one was. */
  remove(key: Buffer): void {
    const text = key.toString('latin1');
    const slot = this.#slots.get(text);
    if (slot === undefined) return;
    const { dimensions } = this.#index;
    this.#slots.delete(text);
    this.#textBytes -= textBytesOf(key, this.#filters[slot] ?? []);
    const last = this.#keys.length - 1;
    const [lastKey, lastFilters] = [this.#keys.pop(), this.#filters.pop()];
    if (slot === last || lastKey === undefined || lastFilters === undefined) return;
    this.#vectors.copyWithin(slot * dimensions, last * dimensions, (last + 1) * dimensions);
    this.#lengths[slot] = this.#lengths[last] as number;
    this.#keys[slot] = lastKey;
    this.#filters[slot] = lastFilters;
    this.#slots.set(lastKey.toString('latin1'), slot);
  }

  /** The set must not change until this has resolved. `turn` lets other requests have theirs. */
  async search(search: Search, nearest: Nearest, turn: () => Promise<void>): Promise<void> {
    const query = queryOf(search.vector);
    const step = Math.ceil(NUMBERS_PER_TURN / this.#index.dimensions);
    for (let start = 0; start < this.size; start += step) {
      if (start > 0) await turn();
      this.#searchPart(query, search.filter, nearest, start, Math.min(start + step, this.size));
    }
  }

  #searchPart(query: Query, filter: FilterValues, nearest: Nearest, start: number, end: number) {
    const { dimensions, distanceFunction } = this.#index;
    const score = SCORES[distanceFunction];
    const isFiltered = filter.some((value) => value !== undefined);
    for (let slot = start; slot < end; slot++) {
      if (isFiltered && !passes(filter, this.#filters[slot] ?? [])) continue;
      const length = this.#lengths[slot] as number;
      const scored = score(query, this.#vectors, slot * dimensions, length);
      const rank = rankOf(distanceFunction, scored);
      if (nearest.admits(rank)) nearest.offer({ rank, key: this.#keys[slot] as Buffer });
    }
  }

  #grow(): void {
    const vectors = new Float32Array(this.#vectors.length * 2);
    vectors.set(this.#vectors);
    this.#vectors = vectors;
    const lengths = new Float64Array(this.#lengths.length * 2);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}

export function passes(filter: FilterValues, values: FilterValues): boolean {
  return filter.every((asked, at) => asked === undefined || asked === values[at]);
}

const EMPTY: { readonly attributes: AttributeMap } = { attributes: {} };

function textBytesOf(key: Buffer, values: FilterValues): number {
  const characters = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  return ENTRY_OVERHEAD_BYTES + 2 * key.length + 2 * characters + NUMBER_BYTES * values.length;
}
