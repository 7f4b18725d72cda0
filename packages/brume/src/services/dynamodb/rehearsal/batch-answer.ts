/** What a batch answers whose members were not all let in. */
import { partOfBatch } from './request-parts.ts';

/** `run` runs the batch with the members that were let in. */
export async function runPartOfBatch(
  operation: string,
  input: object,
  refused: (at: number) => boolean,
  run: (input: object) => Promise<unknown>,
): Promise<unknown> {
  const left = partOfBatch(operation, input, refused);
  const admitted = partOfBatch(operation, input, (at) => !refused(at));
  const output = (await run({ ...input, RequestItems: admitted })) as Record<string, unknown>;
  const field = operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
  const unprocessed = (output[field] ?? {}) as Readonly<Record<string, unknown>>;
  const tables = new Set([...Object.keys(left), ...Object.keys(unprocessed)]);
  const all = [...tables].map((name) => [name, join(unprocessed[name], left[name])]);
  return { ...output, [field]: Object.fromEntries(all) };
}

/** Lists of writes, or keys with how they are to be read. */
function join(first: unknown, second: unknown): unknown {
  if (first === undefined || second === undefined) return first ?? second;
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  const [{ Keys: some, ...request }, { Keys: others }] = [first, second] as [Keyed, Keyed];
  return { ...request, Keys: [...some, ...others] };
}

interface Keyed {
  readonly Keys: readonly unknown[];
}
