/** What a batch answers whose members were not all let in. */
import type {
  BatchStatementErrorCodeEnum,
  BatchStatementResponse,
  ConsumedCapacity,
} from '../../../model/generated/dynamodb.types.ts';
import type { Refusal } from './refusal.ts';
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

interface StatementsInput {
  readonly Statements?: readonly unknown[];
}

interface StatementsOutput {
  readonly Responses?: readonly BatchStatementResponse[];
  readonly ConsumedCapacity?: readonly ConsumedCapacity[];
}

/** Statements that were not let in are answered with why, in their places; the others are run. */
export async function runSomeStatements(
  input: StatementsInput,
  refusals: readonly (Refusal | undefined)[],
  run: (input: StatementsInput) => Promise<unknown>,
): Promise<StatementsOutput> {
  const admitted = input.Statements?.filter((_, at) => refusals[at] === undefined) ?? [];
  const output: StatementsOutput =
    admitted.length === 0
      ? {}
      : ((await run({ ...input, Statements: admitted })) as StatementsOutput);
  const ran = output.Responses?.values();
  const responses = refusals.map((refusal): BatchStatementResponse => {
    if (refusal === undefined) return ran?.next().value ?? {};
    const { Code: code, Message: message } = refusal.reason;
    return { Error: { Code: code as BatchStatementErrorCodeEnum, Message: message } };
  });
  return { ...output, Responses: responses };
}
