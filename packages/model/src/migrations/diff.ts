/** What must happen to a table for it to be as it is defined. */
import type {
  CreateTableInput,
  IndexDescription,
  IndexInput,
  TableDescription,
  TtlDescription,
  UpdateTableInput,
} from '../client/operations.ts';
import { createTableInput } from '../infrastructure/create-table.ts';
import type { TableDefinition } from '../table/table.ts';

export type Step =
  | { readonly kind: 'create-table'; readonly told: string; readonly input: CreateTableInput }
  | { readonly kind: 'update-table'; readonly told: string; readonly input: UpdateTableInput }
  | {
      readonly kind: 'time-to-live';
      readonly told: string;
      readonly attribute: string;
      readonly enabled: boolean;
    };

export interface TableDiff {
  /** In this order, each after the one before it is done. */
  readonly steps: readonly Step[];
  /** What DynamoDB cannot change: it takes a new table. */
  readonly impossible: readonly string[];
}

export function diffTable(
  table: TableDefinition,
  actual: TableDescription | undefined,
  ttl?: TtlDescription,
): TableDiff {
  const wanted = createTableInput(table);
  if (!actual) {
    const create: Step = {
      kind: 'create-table',
      told: `create table ${table.name}`,
      input: wanted,
    };
    return { steps: [create, ...ttlSteps(table, undefined)], impossible: [] };
  }
  const steps = [
    ...settingSteps(wanted, actual),
    ...indexSteps(wanted, actual),
    ...ttlSteps(table, ttl),
  ];
  return { steps, impossible: impossibilities(wanted, actual) };
}

function update(wanted: CreateTableInput, told: string, change: Partial<UpdateTableInput>): Step {
  return { kind: 'update-table', told, input: { TableName: wanted.TableName, ...change } };
}

function settingSteps(wanted: CreateTableInput, actual: TableDescription): Step[] {
  const steps: Step[] = [];
  const mode = actual.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  const own = actual.ProvisionedThroughput;
  const throughput = wanted.ProvisionedThroughput;
  const sameCapacity =
    !throughput ||
    (own?.ReadCapacityUnits === throughput.ReadCapacityUnits &&
      own.WriteCapacityUnits === throughput.WriteCapacityUnits);
  if (mode !== wanted.BillingMode || !sameCapacity) {
    steps.push(
      update(wanted, `bill ${wanted.BillingMode}`, {
        BillingMode: wanted.BillingMode,
        ...(throughput && { ProvisionedThroughput: throughput }),
      }),
    );
  }
  const isOn = actual.StreamSpecification?.StreamEnabled === true;
  const view = isOn ? actual.StreamSpecification?.StreamViewType : undefined;
  const wantedView = wanted.StreamSpecification?.StreamViewType;
  if (view !== wantedView) {
    // A stream's view cannot change: the old stream ends and a new one begins.
    if (isOn) {
      steps.push(
        update(wanted, 'end the stream', { StreamSpecification: { StreamEnabled: false } }),
      );
    }
    if (wanted.StreamSpecification) {
      const { StreamSpecification } = wanted;
      steps.push(update(wanted, `stream ${wantedView}`, { StreamSpecification }));
    }
  }
  const isProtected = wanted.DeletionProtectionEnabled === true;
  if ((actual.DeletionProtectionEnabled === true) !== isProtected) {
    const told = isProtected ? 'protect from deletion' : 'allow deletion';
    steps.push(update(wanted, told, { DeletionProtectionEnabled: isProtected }));
  }
  return steps;
}

/** DynamoDB makes or deletes one global index at a time. */
function indexSteps(wanted: CreateTableInput, actual: TableDescription): Step[] {
  const wantedIndexes = byName(wanted.GlobalSecondaryIndexes);
  const actualIndexes = byName(actual.GlobalSecondaryIndexes);
  const steps: Step[] = [];
  for (const [name, index] of actualIndexes) {
    const other = wantedIndexes.get(name);
    if (other && shapeOf(other) === shapeOf(index)) continue;
    const told = other ? `delete index ${name}, to make it anew` : `delete index ${name}`;
    steps.push(
      update(wanted, told, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] }),
    );
  }
  for (const [name, index] of wantedIndexes) {
    const other = actualIndexes.get(name);
    if (other && shapeOf(other) === shapeOf(index)) continue;
    steps.push(
      update(wanted, `create index ${name}`, {
        AttributeDefinitions: wanted.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      }),
    );
  }
  return steps;
}

function ttlSteps({ ttl }: TableDefinition, actual: TtlDescription | undefined): Step[] {
  const isOn = actual?.TimeToLiveStatus === 'ENABLED' || actual?.TimeToLiveStatus === 'ENABLING';
  const current = isOn ? actual?.AttributeName : undefined;
  if (current === ttl) return [];
  const steps: Step[] = [];
  if (current !== undefined) {
    const told = `stop expiry by ${current}`;
    steps.push({ kind: 'time-to-live', told, attribute: current, enabled: false });
  }
  if (ttl !== undefined) {
    steps.push({ kind: 'time-to-live', told: `expire by ${ttl}`, attribute: ttl, enabled: true });
  }
  return steps;
}

function impossibilities(wanted: CreateTableInput, actual: TableDescription): string[] {
  const found: string[] = [];
  const types = (definitions: CreateTableInput['AttributeDefinitions'] | undefined) =>
    new Map(definitions?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  const actualTypes = types(actual.AttributeDefinitions);
  const keys = (schema: CreateTableInput['KeySchema'] | undefined): string =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(', ');
  if (keys(wanted.KeySchema) !== keys(actual.KeySchema)) {
    found.push(`the keys are ${keys(actual.KeySchema)}, not ${keys(wanted.KeySchema)}`);
  }
  for (const [name, type] of types(wanted.AttributeDefinitions)) {
    const other = actualTypes.get(name);
    if (other !== undefined && other !== type)
      found.push(`the key ${name} is of type ${other}, not ${type}`);
  }
  const wantedLocal = byName(wanted.LocalSecondaryIndexes);
  const actualLocal = byName(actual.LocalSecondaryIndexes);
  for (const name of new Set([...wantedLocal.keys(), ...actualLocal.keys()])) {
    const [one, other] = [wantedLocal.get(name), actualLocal.get(name)];
    if (one && other && shapeOf(one) === shapeOf(other)) continue;
    found.push(
      `local index ${name} ${one ? (other ? 'differs' : 'is missing') : 'is not defined'}`,
    );
  }
  return found;
}

function byName<T extends IndexDescription | IndexInput>(
  indexes: readonly T[] | undefined,
): ReadonlyMap<string, T> {
  return new Map(indexes?.map((index) => [index.IndexName ?? '', index]));
}

function shapeOf({ KeySchema = [], Projection }: IndexDescription | IndexInput): string {
  const keys = KeySchema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]);
  const others = [...(Projection?.NonKeyAttributes ?? [])].sort();
  return JSON.stringify([keys, Projection?.ProjectionType, others]);
}
