/** The item that the benchmarks of the modelling library read and write. */
import {
  boolean,
  date,
  enumeration,
  list,
  map,
  number,
  string,
} from '../../packages/model/src/schema/attributes.ts';

export const attributes = {
  id: string(),
  email: string(),
  name: string(),
  age: number(),
  active: boolean(),
  role: enumeration('admin', 'user'),
  createdAt: date(),
  updatedAt: date(),
  score: number(),
  tags: list(string()),
  bio: string(),
  country: string(),
  visits: number(),
  verified: boolean(),
  address: map({
    street: string(),
    city: string(),
    zip: string(),
    geo: map({ lat: number(), lon: number() }),
  }),
  lines: list(map({ sku: string(), quantity: number(), price: number() })),
};

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
