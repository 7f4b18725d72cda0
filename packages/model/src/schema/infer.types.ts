/** What TypeScript must infer from schemas: checked by tsc, never run. */
import * as v from 'valibot';
import { z } from 'zod';
import { map } from './attributes.ts';
import * as a from './attributes.ts';
import type { ShapeInput, ShapeOutput } from './infer.ts';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- assignability of the two generic
   functions is what tells equality */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export declare function expect<A, B>(equal: Equal<A, B>): void;

const shape = {
  id: a.string(),
  role: a.enumeration('admin', 'user'),
  kind: a.constant('person'),
  nick: a.string().optional(),
  visits: a.number().default(0),
  born: a.date(),
  total: a.bigint(),
  photo: a.binary().optional(),
  tags: a.set(a.string()),
  address: a.map({ city: a.string(), zip: a.string().optional() }),
  lines: a.list(a.map({ sku: a.string(), quantity: a.number().default(1) })),
  labels: a.record(a.number()),
  contact: a.union(a.map({ phone: a.string() }), a.map({ mail: a.string() })),
  zodded: z.object({ level: z.number().default(1) }),
  valid: v.optional(v.pipe(v.string(), v.email())),
  user: a.string().as<`user-${string}`>(),
  open: a.any(),
  hidden: a.string().transform({ encode: (n: number) => String(n), decode: Number }),
};

type Output = ShapeOutput<typeof shape>;
type Input = ShapeInput<typeof shape>;

expect<
  Output,
  {
    id: string;
    role: 'admin' | 'user';
    kind: 'person';
    visits: number;
    born: Date;
    total: bigint;
    tags: Set<string>;
    address: { city: string; zip?: string };
    lines: { sku: string; quantity: number }[];
    labels: { [name: string]: number };
    contact: { phone: string } | { mail: string };
    zodded: { level: number };
    user: `user-${string}`;
    open: unknown;
    hidden: number;
    nick?: string;
    photo?: Uint8Array;
    valid?: string;
  }
>(true);

expect<Input['visits'], number | undefined>(true);
expect<Input['tags'], ReadonlySet<string> | readonly string[]>(true);
expect<Input['lines'], readonly { sku: string; quantity?: number | undefined }[]>(true);
expect<Input['zodded'], { level?: number | undefined }>(true);
expect<Input['hidden'], number>(true);

declare function write(item: Input): void;
declare const whole: Output;
write(whole);
// @ts-expect-error -- most attributes are missing
write({ id: '1' });
// @ts-expect-error -- no such role
write({ ...whole, role: 'owner' });
// @ts-expect-error -- a date is not its text
write({ ...whole, born: '2026-01-01' });
// @ts-expect-error -- a constant has one value
write({ ...whole, kind: 'robot' });
// @ts-expect-error -- the nested attribute is missing
write({ ...whole, address: { zip: '1' } });
// @ts-expect-error -- zod says a number
write({ ...whole, zodded: { level: 'high' } });
// @ts-expect-error -- an attribute is declared by the functions, or a Standard Schema
map({ id: 'string' });
// @ts-expect-error -- the default is of another type
a.number().default('zero');
