/** Pages of a list: `MaxResults` comes as text, and the next page's token is ours to define. */
import { badRequest } from './errors.ts';
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
  if (token === undefined) return undefined;
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (key === '' || nextToken(key) !== token) throw badRequest('Invalid nextToken specified');
  return key;
}

export function nextToken(lastKey: string): string {
  return Buffer.from(lastKey, 'utf8').toString('base64url');
}

/** One page of a list that is at hand whole, by the keys of its items. */
export function pageOf<Item>(
  items: readonly Item[],
  input: PageInput,
  keyOf: (item: Item) => string,
): { Items: Item[]; NextToken: string | undefined } {
  const after = afterKey(input);
  const size = pageSize(input);
  const sorted = items.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    Items: page,
    NextToken: last !== undefined && rest.length > size ? nextToken(keyOf(last)) : undefined,
  };
}
