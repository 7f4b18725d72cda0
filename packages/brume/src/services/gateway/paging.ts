/** Pages of a list that is at hand whole, in the order of its items' keys. */

export interface PageAfter {
  /** The key of the last item before the page. */
  readonly after: string | undefined;
  readonly size: number;
}

/** The page, and the key to go on after where there is more. */
export function pageAfter<Item>(
  items: readonly Item[],
  { after, size }: PageAfter,
  keyOf: (item: Item) => string,
): { page: Item[]; lastKey: string | undefined } {
  const sorted = items.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && page.length < rest.length;
  return { page, lastKey: more ? keyOf(last) : undefined };
}

/** What a key is sent as. */
export function tokenOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

/** The key that a token stands for; undefined where it is no token of ours. */
export function keyOfToken(token: string): string | undefined {
  const key = Buffer.from(token, 'base64url').toString('utf8');
  return key !== '' && tokenOf(key) === token ? key : undefined;
}
