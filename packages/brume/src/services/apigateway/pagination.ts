/** Pages of a list: the next page's `position` is ours to define. */
import { badRequest } from '../gateway/errors.ts';
import { keyOfToken, pageAfter, tokenOf } from '../gateway/paging.ts';
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
  { position, limit }: PageInput,
  keyOf: (item: Item) => string,
): Page<Item> {
  const after = position === undefined ? undefined : keyOfToken(position);
  if (position !== undefined && after === undefined) throw badRequest('Invalid position specified');
  const { page, lastKey } = pageAfter(items, { after, size: pageSize(limit) }, keyOf);
  return { items: page, position: lastKey === undefined ? undefined : tokenOf(lastKey) };
}

/** A limit that cannot be is none (seen by LocalStack: `GetApiKeys` with -1 answers). */
function pageSize(limit = PAGE_SIZE_DEFAULT): number {
  return limit < 1 ? PAGE_SIZE_DEFAULT : Math.min(limit, PAGE_SIZE_MAX);
}
