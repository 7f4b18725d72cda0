/** What TypeScript must accept and refuse of a model's calls: checked by tsc, never run. */
import { z } from 'zod';
import { entity } from '../entity/entity.ts';
import type { ItemOf, KeyOf, NewItemOf } from '../entity/entity.ts';
import * as a from '../schema/attributes.ts';
import { expect } from '../schema/infer.types.ts';
import { table } from '../table/table.ts';
import { model } from './model.ts';

const shop = table({
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  entityAttribute: 'kind',
  indexes: {
    byStatus: { partitionKey: 'gpk', sortKey: 'placed' },
    byTotal: { sortKey: 'total' },
  },
  keyTypes: { total: 'N' },
});
const Order = entity({
  name: 'order',
  table: shop,
  attributes: {
    customer: a.string(),
    id: a.string(),
    status: a.enumeration('open', 'paid'),
    placed: a.date(),
    total: a.number().default(0),
    note: a.string().optional(),
    tags: a.set(a.string()).optional(),
    lines: a.list(a.map({ sku: a.string(), quantity: a.number() })),
    contact: a.union(a.map({ phone: a.string() }), a.map({ mail: a.string() })).optional(),
    extra: z.object({ level: z.number() }).optional(),
  },
  keys: { pk: 'C#{customer}', sk: 'O#{id}', gpk: 'S#{status}' },
  virtuals: { big: (order) => order.total > 100 },
});
const orders = model(Order, { client: { send: async () => ({}) } });

expect<KeyOf<typeof Order>, { readonly customer: string; readonly id: string }>(true);
expect<ItemOf<typeof Order>['big'], boolean>(true);
expect<ItemOf<typeof Order>['total'], number>(true);
expect<NewItemOf<typeof Order>['total'], number | undefined>(true);

const key = { customer: 'ada', id: '1' };
export const accepted = [
  orders.get(key),
  orders.get(key, { select: ['total', 'big'] }).then((item) => item?.total.toFixed()),
  orders.update(key, { total: 1, note: undefined }),
  orders.update(key, (order, { set, add, append, remove, increment, deleteFrom }) => [
    set(order.lines[3]!.quantity, 2),
    set(order.contact.mail, 'x'),
    set(order.extra.level, 1),
    set(order.total, order.lines[0]!.quantity),
    add(order.tags, ['x']),
    increment(order.total, 1),
    append(order.lines, [{ sku: 'a', quantity: 1 }]),
    deleteFrom(order.tags, new Set(['x'])),
    remove(order.note),
  ]),
  orders.query({ customer: 'ada', id: { beginsWith: '2026' } }).using('byStatus'),
  orders.query({ status: 'open', placed: { gte: new Date() } }),
  orders.query({ customer: 'ada', total: { between: [1, 2] } }),
  orders
    .query(key)
    .filter((order, { and, eq, gt, contains, size }) =>
      and(eq(order.status, 'paid'), gt(size(order.lines), 1), contains(order.tags, 'x')),
    ),
];
// @ts-expect-error -- the sort key's attribute is missing
void orders.get({ customer: 'ada' });
// @ts-expect-error -- not part of the key
void orders.get({ ...key, status: 'open' });
// @ts-expect-error -- no such attribute
void orders.get(key, { select: ['nope'] });
// @ts-expect-error -- what is not selected is not there
void orders.get(key, { select: ['total'] }).then((item) => item?.status);
// @ts-expect-error -- lines are required
void orders.put({ ...key, status: 'open', placed: new Date() });
// @ts-expect-error -- no such status
void orders.update(key, { status: 'lost' });
// @ts-expect-error -- the key does not change
void orders.update(key, { id: '2' });
// @ts-expect-error -- a required attribute cannot be removed
void orders.update(key, { status: undefined });
// @ts-expect-error -- no such attribute
void orders.update(key, { nope: 1 });
// @ts-expect-error -- no such path
void orders.update(key, (order, { set }) => [set(order.lines[0]!.price, 1)]);
// @ts-expect-error -- the path holds a number
void orders.update(key, (order, { set }) => [set(order.lines[0]!.quantity, '1')]);
// @ts-expect-error -- nothing is appended to a number
void orders.update(key, (order, { append }) => [append(order.total, [1])]);
// @ts-expect-error -- only numbers are incremented
void orders.update(key, (order, { increment }) => [increment(order.note, 1)]);
// @ts-expect-error -- keys have no path in updates
void orders.update(key, (order, { set }) => [set(order.id, 'x')]);
// @ts-expect-error -- no partition key is made of the total
void orders.query({ total: 5 });
// @ts-expect-error -- the total is a number
void orders.query({ customer: 'ada', total: { gt: '1' } });
// @ts-expect-error -- no such index
void orders.query({ customer: 'ada' }).using('byName');
// @ts-expect-error -- statuses are compared with statuses
void orders.scan().filter((order, { eq }) => eq(order.status, 'lost'));
// @ts-expect-error -- lists have no order
void orders.scan().filter((order, { lt }) => lt(order.lines, []));

entity({
  name: 'bad',
  table: shop,
  attributes: { id: a.string() },
  // @ts-expect-error -- the template names no attribute
  keys: { pk: 'C#{customer}', sk: 'O#{id}' },
});
entity({
  name: 'bad',
  table: shop,
  attributes: { id: a.string() },
  keys: { pk: 'C#{id}', sk: 'X' },
  // @ts-expect-error -- no such attribute
  version: 'rev',
});
