/** The item that the benchmarks of the modelling library read and write, in every library's terms. */
import * as brume from '../../packages/model/src/schema/attributes.ts';

/** How a library declares attributes. */
export interface Declarations<T> {
  text: () => T;
  digits: () => T;
  flag: () => T;
  /** Stored as ISO 8601 text. */
  date: () => T;
  choice: (...values: string[]) => T;
  list: (element: T) => T;
  map: (fields: { [name: string]: T }) => T;
}

export function attributesIn<T>(library: Declarations<T>): { [name: string]: T } {
  const { text, digits, flag, date, choice, list, map } = library;
  return {
    id: text(),
    email: text(),
    name: text(),
    age: digits(),
    active: flag(),
    role: choice('admin', 'user'),
    createdAt: date(),
    updatedAt: date(),
    score: digits(),
    tags: list(text()),
    bio: text(),
    country: text(),
    visits: digits(),
    verified: flag(),
    address: map({
      street: text(),
      city: text(),
      zip: text(),
      geo: map({ lat: digits(), lon: digits() }),
    }),
    lines: list(map({ sku: text(), quantity: digits(), price: digits() })),
  };
}

export const attributes = attributesIn<Parameters<typeof brume.list>[0]>({
  text: brume.string,
  digits: brume.number,
  flag: brume.boolean,
  date: () => brume.date(),
  choice: brume.enumeration,
  list: brume.list,
  map: brume.map,
});

export function typedItem(index: number) {
  return {
    id: `user-${index}`,
    email: `ada${index}@example.com`,
    name: 'Ada Lovelace',
    age: 36,
    active: true,
    role: 'admin' as const,
    createdAt: new Date(Date.UTC(2026, 0, 1) + index),
    updatedAt: new Date(Date.UTC(2026, 5, 1) + index),
    score: 12.5,
    tags: ['mathematics', 'poetry', 'engines'],
    bio: 'The Analytical Engine weaves algebraical patterns just as the loom weaves flowers. '.repeat(
      2,
    ),
    country: 'GB',
    visits: 1234 + index,
    verified: false,
    address: {
      street: '12 St James Square',
      city: 'London',
      zip: 'SW1Y',
      geo: { lat: 51.5, lon: -0.1 },
    },
    lines: Array.from({ length: 5 }, (_, line) => ({
      sku: `sku-${line}`,
      quantity: line + 1,
      price: line * 1.5,
    })),
  };
}

/** The same as JSON would have it. */
export function plainItem(index: number) {
  const item = typedItem(index);
  return {
    ...item,
    createdAt: item.createdAt.toISOString(),
    updatedAt: item.updatedAt.toISOString(),
  };
}
