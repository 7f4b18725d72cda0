/** The request of a query or scan, without what differs from page to page. */
import type { QueryInput, ScanInput } from '../client/operations.ts';
import { convert } from '../codec/codec.ts';
import { invalidRequest } from '../errors.ts';
import { conditionText, expressed, projectionText } from '../expression/compile.ts';
import { allOf, isStored } from '../expression/condition.ts';
import type { Condition } from '../expression/condition.ts';
import type { AnyEntity } from '../entity/entity.ts';
import type { Context } from '../model/context.ts';
import { startKeyNames } from '../table/table.ts';
import type { KeySchema } from '../table/table.ts';
import { chooseAccess } from './choose.ts';
import type { Access } from './choose.ts';
import type { ReadState } from './read.ts';
import { askedOf } from './where.ts';

export interface ReadPlan {
  readonly operation: 'Query' | 'Scan';
  readonly input: QueryInput & ScanInput;
  readonly keys: KeySchema;
  /** By more than the entity's name, which hardly ever takes an item away. */
  readonly filtered: boolean;
  /** The items may lack required attributes, because they are projected. */
  readonly partial: boolean;
  /** The attributes of a start key. */
  readonly keyNames: readonly string[];
  /** What a cursor of this plan belongs to. */
  readonly purpose: string;
}

export async function planRead(context: Context, state: ReadState): Promise<ReadPlan> {
  const { tableName } = context;
  const access = await accessOf(context, state);
  const { keys } = access;
  if (state.consistent && keys.index !== undefined && !keys.local) {
    throw invalidRequest(`${keys.index} is a global index, which has no consistent reads`);
  }
  const own = [...access.filters, ...state.filters];
  const keyNames = startKeyNames(context.entity.table, keys);
  // A page that is cut must still say where it ended.
  const cut = state.limit !== undefined && own.length > 0;
  const selected = state.select && [...new Set([...state.select, ...(cut ? keyNames : [])])];
  const expressions = await expressed((scope) => {
    const key = access.keyConditions.map((one) => conditionText(one, scope)).join(' AND ');
    const filter = allOf([...access.filters, entityFilter(context.entity), ...state.filters]);
    return {
      ...(key !== '' && { KeyConditionExpression: key }),
      ...(filter && { FilterExpression: conditionText(filter, scope) }),
      ...(selected && { ProjectionExpression: projectionText(selected, scope) }),
    };
  });
  return {
    operation: state.where ? 'Query' : 'Scan',
    input: {
      TableName: tableName,
      ...(keys.index !== undefined && { IndexName: keys.index }),
      ...expressions,
      ...(state.pageSize !== undefined && { Limit: state.pageSize }),
      ...(state.reverse && { ScanIndexForward: false }),
      ...(state.consistent && { ConsistentRead: true }),
      ...(state.segment && { Segment: state.segment.at, TotalSegments: state.segment.of }),
    },
    keys,
    filtered: own.length > 0,
    partial: state.select !== undefined || keys.projection !== 'ALL',
    keyNames,
    purpose: purposeOf(context, state, access),
  };
}

async function accessOf(context: Context, state: ReadState): Promise<Access> {
  const { entity } = context;
  const { where, using } = state;
  if (where) {
    const asked = await convert((pending) => askedOf(entity, where, pending));
    return chooseAccess(entity, asked, { using, consistent: state.consistent === true });
  }
  const keys = entity.keys.schemas.find(({ index }) => index === using);
  if (!keys) throw invalidRequest(`${entity.name} has no index ${using}`);
  return { keys, keyConditions: [], filters: [] };
}

/** A table of several entities may hold others under the same keys. */
export function entityFilter({ name, table }: AnyEntity): Condition | undefined {
  const { entityAttribute } = table;
  return entityAttribute === undefined ? undefined : isStored(entityAttribute, { S: name });
}

function purposeOf({ entity, tableName }: Context, state: ReadState, { keys }: Access): string {
  const where = JSON.stringify(state.where ?? {}, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return [tableName, keys.index ?? '', entity.name, where, state.reverse ? '-' : '+'].join('|');
}
