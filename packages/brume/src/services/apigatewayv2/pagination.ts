/** Pages of a list: `MaxResults` comes as text, and the next page's token is ours to define. */
import { badRequest } from '../gateway/errors.ts';
import { keyOfToken, pageAfter, tokenOf } from '../gateway/paging.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits.ts';

export interface PageInput {
  readonly MaxResults?: string | undefined;
  readonly NextToken?: string | undefined;
}

export function pageSize({ MaxResults: text }: PageInput): number {
  if (text === undefined) return PAGE_SIZE_DEFAULT;
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size < 1) throw badRequest('Invalid value for maxResults: must be a positive integer');
  return Math.min(size, PAGE_SIZE_MAX);
}

/** What the token of a page stands for: the key of the last item before it. */
export function afterKey({ NextToken: token }: PageInput): string | undefined {
  const key = token === undefined ? undefined : keyOfToken(token);
  if (token !== undefined && key === undefined) throw badRequest('Invalid nextToken specified');
  return key;
}

/** One page of a list that is at hand whole, by the keys of its items. */
export function pageOf<Item>(
  items: readonly Item[],
  input: PageInput,
  keyOf: (item: Item) => string,
): { Items: Item[]; NextToken: string | undefined } {
  const place = { after: afterKey(input), size: pageSize(input) };
  const { page, lastKey } = pageAfter(items, place, keyOf);
  return { Items: page, NextToken: lastKey === undefined ? undefined : tokenOf(lastKey) };
}
