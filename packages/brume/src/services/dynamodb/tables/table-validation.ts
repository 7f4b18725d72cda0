/**
 * What AWS refuses in definitions of tables and indexes, in its order and words (dynalite and later
 * captures against AWS, 2014–2026): names, throughput, key schemas, projections, index counts.
 */
import type {
  AttributeDefinition,
  BillingMode,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  VectorIndex,
  WarmThroughput,
} from '../../../model/generated/dynamodb.types.ts';
import { invalidParameters, validation } from '../errors.ts';
import {
  GLOBAL_INDEXES_MAX,
  INDEX_KEY_ATTRIBUTES_MAX,
  LOCAL_INDEXES_MAX,
  PROJECTED_ATTRIBUTES_MAX,
  TABLE_NAME_LENGTH_MAX,
  TABLE_NAME_LENGTH_MIN,
  THROUGHPUT_UNITS_MAX,
} from '../limits.ts';
import { searchedAttributes } from '../vectors/vector-index-resource.ts';
import { checkVectorIndexes, projectedCount } from '../vectors/vector-index-validation.ts';

export function checkNewTable(input: CreateTableInput): void {
  const { AttributeDefinitions: definitions = [], KeySchema: keySchema = [] } = input;
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = input;
  const billingMode = input.BillingMode ?? 'PROVISIONED';
  checkNewTableName(input.TableName);
  checkKeySchemaLength(keySchema);
  checkThroughput(billingMode, input.ProvisionedThroughput);
  checkOnDemand(billingMode, input.OnDemandThroughput);
  checkWarmth(input.WarmThroughput);
  checkKeysDefined(keySchema, definitions);
  checkKeySchema(keySchema);
  if (local?.length === 0) throw invalidParameters('List of LocalSecondaryIndexes is empty');
  if (global?.length === 0) throw invalidParameters('List of GlobalSecondaryIndexes is empty');
  if (local !== undefined) checkLocalIndexes(local, keySchema, definitions);
  if (global !== undefined) checkGlobalIndexes(global, definitions, billingMode);
  const secondary = [...(local ?? []), ...(global ?? [])];
  const { VectorIndexes: vectors = [] } = input;
  checkVectorIndexes(vectors, { definitions, billingMode, keySchema });
  checkIndexNames([...secondary, ...vectors].map(({ IndexName }) => IndexName));
  checkProjectedCount(
    secondary.map(({ Projection }) => Projection),
    vectors,
  );
  const schemas = [keySchema, ...secondary.map(schemaOf), searchedAttributes(vectors)];
  checkNoneUnused(definitions, schemas);
}

function schemaOf({ KeySchema }: { readonly KeySchema: readonly KeySchemaElement[] }) {
  return KeySchema;
}

function checkNewTableName(name: string): void {
  const failures: string[] = [];
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    failures.push('satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  if (name.length < TABLE_NAME_LENGTH_MIN) {
    failures.push(`have length greater than or equal to ${TABLE_NAME_LENGTH_MIN}`);
  }
  if (name.length > TABLE_NAME_LENGTH_MAX) {
    failures.push(`have length less than or equal to ${TABLE_NAME_LENGTH_MAX}`);
  }
  if (failures.length === 0) return;
  const details = failures.map(
    (failure) =>
      `Value '${name}' at 'tableName' failed to satisfy constraint: Member must ${failure}`,
  );
  const noun = failures.length === 1 ? 'error' : 'errors';
  throw validation(`${failures.length} validation ${noun} detected: ${details.join('; ')}`);
}

/** The model allows the longer schemas of global indexes everywhere. */
function checkKeySchemaLength(keySchema: readonly KeySchemaElement[]): void {
  if (keySchema.length <= 2) return;
  const shown = keySchema.map(
    ({ AttributeName, KeyType }) =>
      `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  throw validation(
    `1 validation error detected: Value '[${shown.join(', ')}]' at 'keySchema' failed to satisfy ` +
      'constraint: Member must have length less than or equal to 2',
  );
}

function checkThroughput(
  billingMode: BillingMode,
  throughput: ProvisionedThroughput | undefined,
): void {
  if (billingMode === 'PAY_PER_REQUEST') {
    if (throughput === undefined) return;
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is ' +
        'PAY_PER_REQUEST',
    );
  }
  if (throughput === undefined) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is ' +
        'PROVISIONED',
    );
  }
  checkUnits(throughput);
}

export function checkUnits(throughput: ProvisionedThroughput): void {
  for (const name of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const) {
    if (throughput[name] > THROUGHPUT_UNITS_MAX) {
      throw validation(`Given value ${throughput[name]} for ${name} is out of bounds`);
    }
  }
}

export function checkOnDemand(
  billingMode: BillingMode,
  asked: OnDemandThroughput | undefined,
): void {
  const members = onDemandMembers(asked);
  const [first] = members;
  if (first !== undefined && billingMode === 'PROVISIONED') {
    throw invalidParameters(
      `${first.name} for OnDemandThroughput cannot be specified when table BillingMode is ` +
        'PROVISIONED.',
    );
  }
  const outside = members.find(({ units }) => units < 1);
  if (outside !== undefined) throw onDemandOutOfRange(outside.name);
}

/** The members that are set, in the order in which they are checked. */
export function onDemandMembers(asked: OnDemandThroughput | undefined) {
  return (['MaxReadRequestUnits', 'MaxWriteRequestUnits'] as const).flatMap((name) => {
    const units = asked?.[name];
    return units === undefined ? [] : [{ name, units }];
  });
}

/** Wording not recorded. */
function checkWarmth(asked: WarmThroughput | undefined): void {
  for (const name of ['ReadUnitsPerSecond', 'WriteUnitsPerSecond'] as const) {
    const units = asked?.[name];
    if (units === undefined || (units >= 1 && units <= THROUGHPUT_UNITS_MAX)) continue;
    throw invalidParameters(`Requested ${name} for WarmThroughput is outside of valid range`);
  }
}

export function onDemandOutOfRange(name: string): Error {
  return invalidParameters(
    `Requested ${name} for OnDemandThroughput for table is outside of valid range`,
  );
}

function checkKeysDefined(
  keySchema: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): void {
  const names = keySchema.map(({ AttributeName }) => AttributeName);
  const defined = names.every((name) => isDefined(name, definitions));
  if (defined && !(names.length === 2 && names[0] === names[1])) return;
  if (names.length === 1 && definitions.length > 0) throw keysNotDefined(names, definitions);
  throw validation('Invalid KeySchema: Some index key attribute have no definition');
}

/** Schemas of tables and local indexes: one attribute to hash, then one to sort by. */
function checkKeySchema(keySchema: readonly KeySchemaElement[]): void {
  const [first, second] = keySchema;
  if (first?.KeyType !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (second === undefined) return;
  if (first.AttributeName === second.AttributeName) {
    throw validation(
      'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    );
  }
  if (second.KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
}

function checkLocalIndexes(
  indexes: readonly LocalSecondaryIndex[],
  tableSchema: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): void {
  if (tableSchema.length < 2) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a ' +
        'LocalSecondaryIndex',
    );
  }
  checkIndexKeysDefined(indexes, definitions);
  const tableHash = tableSchema[0]?.AttributeName;
  for (const { IndexName: name, KeySchema: schema, Projection: projection } of indexes) {
    checkKeySchemaLength(schema);
    checkKeySchema(schema);
    if (schema.length < 2) {
      throw invalidParameters(`Index KeySchema does not have a range key for index: ${name}`);
    }
    const hash = schema[0]?.AttributeName;
    if (hash !== tableHash) {
      throw invalidParameters(
        'Index KeySchema does not have the same leading hash key as table KeySchema for index: ' +
          `${name}. index hash key: ${hash}, table hash key: ${tableHash}`,
      );
    }
    checkProjection(projection);
  }
  checkIndexNames(indexes.map(({ IndexName }) => IndexName));
  if (indexes.length > LOCAL_INDEXES_MAX) {
    throw invalidParameters(
      `Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_INDEXES_MAX}`,
    );
  }
}

function checkGlobalIndexes(
  indexes: readonly GlobalSecondaryIndex[],
  definitions: readonly AttributeDefinition[],
  billingMode: BillingMode,
): void {
  checkIndexKeysDefined(indexes, definitions);
  for (const index of indexes) checkGlobalIndex(index);
  checkIndexNames(indexes.map(({ IndexName }) => IndexName));
  checkGlobalIndexCount(indexes.length);
  for (const index of indexes) {
    checkIndexThroughput(index, billingMode);
    checkOnDemand(billingMode, index.OnDemandThroughput);
    checkWarmth(index.WarmThroughput);
  }
}

/** The part of a global index that does not depend on its table. */
export function checkGlobalIndex(index: {
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: Projection;
}): void {
  checkGlobalKeySchema(index.KeySchema);
  checkProjection(index.Projection);
}

/** Since November 2025 up to four attributes to hash, then up to four to sort by. */
function checkGlobalKeySchema(schema: readonly KeySchemaElement[]): void {
  if (schema.length <= 2 && schema[1]?.KeyType !== 'HASH') return checkKeySchema(schema);
  const types = schema.map(({ KeyType }) => KeyType);
  if (types[0] !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  const firstSort = types.indexOf('RANGE');
  if (firstSort >= 0 && types.lastIndexOf('HASH') > firstSort) {
    throw validation('Invalid KeySchema: All HASH key elements must precede RANGE key elements');
  }
  for (const type of ['HASH', 'RANGE'] as const) {
    if (types.filter((other) => other === type).length > INDEX_KEY_ATTRIBUTES_MAX) {
      throw validation(
        `Invalid KeySchema: The number of ${type} key elements exceeds the limit of ` +
          `${INDEX_KEY_ATTRIBUTES_MAX}`,
      );
    }
  }
  const names = schema.map(({ AttributeName }) => AttributeName);
  if (new Set(names).size < names.length) {
    throw validation('Invalid KeySchema: The KeySchema contains a duplicate attribute name');
  }
}

export function checkIndexThroughput(
  {
    IndexName: name,
    ProvisionedThroughput: throughput,
  }: Pick<GlobalSecondaryIndex, 'IndexName' | 'ProvisionedThroughput'>,
  billingMode: BillingMode,
): void {
  if (throughput !== undefined && billingMode === 'PAY_PER_REQUEST') {
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is ` +
        'PAY_PER_REQUEST',
    );
  }
  if (throughput === undefined && billingMode === 'PROVISIONED') {
    throw invalidParameters(`ProvisionedThroughput must be specified for index: ${name}`);
  }
  if (throughput !== undefined) checkUnits(throughput);
}

export function checkGlobalIndexCount(count: number): void {
  if (count <= GLOBAL_INDEXES_MAX) return;
  throw invalidParameters(
    `GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES_MAX}`,
  );
}

/** The attributes of several schemas at once, as AWS lists them. */
export function checkIndexKeysDefined(
  indexes: readonly { readonly KeySchema: readonly KeySchemaElement[] }[],
  definitions: readonly AttributeDefinition[],
): void {
  const names = [...new Set(indexes.flatMap(schemaOf).map(({ AttributeName }) => AttributeName))];
  if (names.every((name) => isDefined(name, definitions))) return;
  throw keysNotDefined(names, definitions);
}

function keysNotDefined(names: readonly string[], definitions: readonly AttributeDefinition[]) {
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  return invalidParameters(
    'Some index key attributes are not defined in AttributeDefinitions. ' +
      `Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
  );
}

function isDefined(name: string, definitions: readonly AttributeDefinition[]): boolean {
  return definitions.some(({ AttributeName }) => AttributeName === name);
}

function checkProjection({ ProjectionType: type, NonKeyAttributes: names }: Projection): void {
  if (type === undefined) throw invalidParameters('Unknown ProjectionType: null');
  if (type !== 'INCLUDE' && names !== undefined) {
    throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (type === 'INCLUDE' && names === undefined) {
    throw invalidParameters('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
}

/** Attributes that indexes name to be projected, over all indexes of a table. */
export function checkProjectedCount(
  projections: readonly Projection[],
  vectorIndexes: readonly VectorIndex[],
): void {
  const counts = [
    ...projections.map(({ NonKeyAttributes }) => NonKeyAttributes?.length ?? 0),
    ...vectorIndexes.map(projectedCount),
  ];
  const count = counts.reduce((sum, each) => sum + each, 0);
  if (count <= PROJECTED_ATTRIBUTES_MAX) return;
  throw invalidParameters(
    'Number of total projected attributes in all secondary indexes exceeds the limit of ' +
      `${PROJECTED_ATTRIBUTES_MAX}`,
  );
}

function checkIndexNames(names: readonly string[]): void {
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) throw invalidParameters(`Duplicate index name: ${repeated}`);
}

function checkNoneUnused(
  definitions: readonly AttributeDefinition[],
  schemas: readonly (readonly Pick<KeySchemaElement, 'AttributeName'>[])[],
): void {
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  if (used.size === definitions.length) return;
  throw invalidParameters(
    'Number of attributes in KeySchema does not exactly match number of attributes defined in ' +
      'AttributeDefinitions',
  );
}
