/** What a query or scan would do and cost, said before it is sent. */
import type { QueryInput, ScanInput } from '../client/operations.ts';
import type { AnyEntity } from '../entity/entity.ts';
import type { AttributeNode } from '../schema/attribute.ts';
import { nodeOf } from '../schema/attributes.ts';
import type { Context } from '../model/context.ts';
import type { ReadPlan } from './plan.ts';
import type { ReadState } from './read.ts';

export interface Explanation {
  readonly operation: 'Query' | 'Scan';
  readonly table: string;
  /** Undefined: the table itself. */
  readonly index: string | undefined;
  readonly keyCondition: string | undefined;
  readonly filter: string | undefined;
  readonly projection: string | undefined;
  readonly capacity: {
    /** A guess from the schema: text counts 20 bytes, lists and sets three members. */
    readonly itemBytes: number;
    /** Read capacity units of the fullest page: its limit, or the 1 MB that a page may hold. */
    readonly unitsPerPageMax: number;
  };
  readonly warnings: readonly string[];
  readonly request: QueryInput | ScanInput;
}

/** DynamoDB ends a page at 1 MB of what it read. */
const PAGE_BYTES_MAX = 1024 * 1024;
/** A consistent read of 4 KB is one unit; otherwise half of one. */
const UNIT_BYTES = 4096;

export function explain(context: Context, state: ReadState, plan: ReadPlan): Explanation {
  const { input } = plan;
  const itemBytes = guessedBytes(context.entity);
  const counted = plan.filtered ? input.Limit : (input.Limit ?? state.limit);
  const bytes = Math.min((counted ?? Infinity) * itemBytes, PAGE_BYTES_MAX);
  return {
    operation: plan.operation,
    table: context.tableName,
    index: plan.keys.index,
    keyCondition: input.KeyConditionExpression,
    filter: input.FilterExpression,
    projection: input.ProjectionExpression,
    capacity: {
      itemBytes,
      unitsPerPageMax: Math.ceil(bytes / UNIT_BYTES) * (state.consistent ? 1 : 0.5),
    },
    warnings: warningsOf(state, plan),
    request: input,
  };
}

function warningsOf(state: ReadState, plan: ReadPlan): readonly string[] {
  const warnings: string[] = [];
  const what = plan.keys.index === undefined ? 'table' : `index ${plan.keys.index}`;
  if (plan.operation === 'Scan') {
    warnings.push(`A scan reads, and is charged for, the whole ${what}.`);
  } else if (
    state.where &&
    plan.filtered &&
    !/ AND /.test(plan.input.KeyConditionExpression ?? '')
  ) {
    warnings.push('The filter is applied after the whole partition is read and charged for.');
  }
  if (plan.keys.projection !== 'ALL') {
    warnings.push(`The ${what} holds only some attributes: items may be incomplete.`);
  }
  return warnings;
}

function guessedBytes(entity: AnyEntity): number {
  let bytes = 0;
  for (const [name, attribute] of Object.entries(entity.attributes)) {
    bytes += name.length + nodeBytes(nodeOf(attribute as never));
  }
  return bytes;
}

const leafBytes: { readonly [type: string]: number } = {
  number: 6,
  boolean: 1,
  bigint: 12,
  binary: 100,
};
const LEAF_BYTES = 20;
const MEMBERS_GUESSED = 3;

function nodeBytes(node: AttributeNode): number {
  switch (node.type) {
    case 'list':
    case 'record':
    case 'set':
      return 3 + MEMBERS_GUESSED * (1 + nodeBytes(node.element));
    case 'map': {
      let bytes = 3;
      for (const [name, field] of node.fields) bytes += 1 + name.length + nodeBytes(field);
      return bytes;
    }
    case 'union':
      return Math.max(...node.members.map(nodeBytes));
    case 'transformed':
      return nodeBytes(node.inner);
    default:
      return leafBytes[node.type] ?? LEAF_BYTES;
  }
}
