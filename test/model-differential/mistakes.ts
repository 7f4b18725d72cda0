/**
 * Requests in which dynamoose 4.2.0 is so wrong that DynamoDB refuses them or stores something else.
 * They come up at random, too rarely and from too far apart to keep them from being made; each is
 * shown with both libraries in `differences-requests.test.ts`.
 */
import { isDeepStrictEqual } from 'node:util';

/** Plain values, as `normal` leaves them. */
type Plain = { [name: string]: unknown };

interface Mistake {
  readonly what: string;
  /** Their request without the mistake, if it is that. */
  readonly mend: (theirs: Plain, ours: Plain) => Plain | undefined;
}

const mistakes: readonly Mistake[] = [
  {
    // Model/index.js pairs names and values by their place, and what is removed has no value.
    what: 'a list in an update becomes a set, since an attribute before it is removed',
    mend(theirs, ours) {
      const [wrong, right] = [values(theirs), values(ours)];
      if (!wrong || !right || !/REMOVE/.test(String(theirs.UpdateExpression))) return undefined;
      const names = Object.keys(right).filter((name) => isSet(wrong[name]) && isList(right[name]));
      const mended = Object.fromEntries(names.map((name) => [name, right[name]]));
      return { ...theirs, ExpressionAttributeValues: { ...wrong, ...mended } };
    },
  },
  {
    // ItemRetriever.js moves the first comparison of the key there, whichever made it choose.
    what: 'of two comparisons of a hash key the one that is no equality becomes the key condition',
    mend(theirs, ours) {
      const refused = /#qha (?!= )/.test(String(theirs.KeyConditionExpression));
      return refused && theirs.IndexName === ours.IndexName ? ours : undefined;
    },
  },
];

/** What is wrong with their requests, if that is all in which they differ from ours. */
export function mistakeIn(theirs: unknown, ours: unknown): string | undefined {
  if (isDeepStrictEqual(theirs, ours)) return undefined;
  return mistakes.find(({ mend }) => isDeepStrictEqual(mended(theirs, ours, mend), ours))?.what;
}

function mended(theirs: unknown, ours: unknown, mend: Mistake['mend']): unknown {
  if (!isPlain(theirs) || !isPlain(ours)) return theirs;
  const here = Object.hasOwn(theirs, 'TableName') ? mend(theirs, ours) : undefined;
  if (here) return here;
  const entries = Object.entries(theirs);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, mended(inner, ours[name], mend)]),
  );
}

function values(request: Plain): Plain | undefined {
  const { ExpressionAttributeValues: found } = request;
  return isPlain(found) ? found : undefined;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

function isSet(value: unknown): boolean {
  return isPlain(value) && ['SS', 'NS', 'BS'].some((type) => Object.hasOwn(value, type));
}

function isList(value: unknown): boolean {
  return isPlain(value) && Object.hasOwn(value, 'L');
}
