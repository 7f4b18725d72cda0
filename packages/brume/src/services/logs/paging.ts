/** Pages of groups and streams: the token is the place of the last item that the caller has. */
import { invalidToken } from './errors.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

export interface PageRequest<Item> {
  readonly limit: number;
  readonly token: string | undefined;
  /** What the items are ordered by: the token is good even when its item is gone. */
  readonly orderOf: (item: Item) => string;
  readonly descending?: boolean;
  readonly includes: (item: Item) => boolean;
}

export async function pageOf<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  { limit, token, orderOf, descending = false, includes }: PageRequest<Item>,
): Promise<Page<Item>> {
  const after = token === undefined ? undefined : readToken(token);
  const isDone = (item: Item) => {
    if (after === undefined) return false;
    const difference = Buffer.compare(Buffer.from(orderOf(item)), after);
    return descending ? difference >= 0 : difference <= 0;
  };
  const items: Item[] = [];
  for await (const item of source) {
    if (isDone(item) || !includes(item)) continue;
    const last = items.at(-1);
    if (items.length === limit && last !== undefined) {
      return { items, nextToken: `${PREFIX}${Buffer.from(orderOf(last)).toString('base64url')}` };
    }
    items.push(item);
  }
  return { items, nextToken: undefined };
}

const PREFIX = 'after-';

function readToken(token: string): Buffer {
  if (!token.startsWith(PREFIX)) throw invalidToken();
  return Buffer.from(token.slice(PREFIX.length), 'base64url');
}
