/** Which index, or the table itself, answers a query. */
import type { ConditionNode, AttributeCondition } from '../expression/condition.ts';
import { indexKinds, type KeyElement, type ModelIndexes } from '../schema/indexes.ts';

export interface ChosenIndex {
  /** Undefined for the table. */
  readonly name: string | undefined;
  readonly hashKey: string;
  readonly rangeKey: string | undefined;
}

export function candidates(indexes: ModelIndexes): ChosenIndex[] {
  const { TableIndex } = indexes;
  const table = TableIndex ? [candidate(undefined, TableIndex.KeySchema)] : [];
  const secondary = indexKinds(indexes).flatMap((kind) => indexes[kind] ?? []);
  return [...secondary.map((index) => candidate(index.IndexName, index.KeySchema)), ...table];
}

function candidate(name: string | undefined, keySchema: readonly KeyElement[]): ChosenIndex {
  const named = (type: KeyElement['KeyType']): string | undefined =>
    keySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { name, hashKey: named('HASH') ?? '', rangeKey: named('RANGE') };
}

/**
 * Of those whose hash key must equal something: the first whose range key is compared as well,
 * else the table, else the first.
 */
export function chooseIndex(
  all: readonly ChosenIndex[],
  conditions: readonly AttributeCondition[],
): ChosenIndex | undefined {
  // Of several comparisons of one attribute, Dynamoose goes by the last.
  const operators = new Map(conditions.map(({ key, operator }) => [key, operator]));
  const usable = all.filter(({ hashKey }) => operators.get(hashKey) === 'EQ');
  return (
    usable.find(({ rangeKey }) => rangeKey !== undefined && operators.has(rangeKey)) ??
    usable.find(({ name }) => name === undefined) ??
    usable[0]
  );
}

/** The comparisons that an index can be chosen by: those in no group. */
export function topLevel(nodes: readonly ConditionNode[]): AttributeCondition[] {
  return nodes.filter((node) => node !== 'or').filter((node) => 'key' in node);
}
