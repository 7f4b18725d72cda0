/** Pages of a list: the next page's `position` is ours to define. */
import { badRequest } from './errors.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits.ts';

export interface PageInput {
  readonly limit?: number | undefined;
  readonly position?: string | undefined;
}

export interface Page<Item> {
  items: Item[];
  position: string | undefined;
}

/** One page of a list that is at hand whole, in the order of its items' keys. */
export function pageOf<Item>(
  items: readonly Item[],
  input: PageInput,
  keyOf: (item: Item) => string,
): Page<Item> {
  const after = afterKey(input.position);
  const sorted = items.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, pageSize(input.limit));
  const last = page.at(-1);
  const position =
    last !== undefined && page.length < rest.length ? tokenOf(keyOf(last)) : undefined;
  return { items: page, position };
}

/** A limit that cannot be is none (seen by LocalStack: `GetApiKeys` with -1 answers). */
function pageSize(limit = PAGE_SIZE_DEFAULT): number {
  return limit < 1 ? PAGE_SIZE_DEFAULT : Math.min(limit, PAGE_SIZE_MAX);
}

function afterKey(position: string | undefined): string | undefined {
  if (position === undefined) return undefined;
  const key = Buffer.from(position, 'base64url').toString('utf8');
  if (key === '' || tokenOf(key) !== position) throw badRequest('Invalid position specified');
  return key;
}

function tokenOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}
