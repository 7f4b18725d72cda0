/**
 * Writes the package: the entry and the deep paths that programs import from dynamoose, each a few
 * names of `@brume/model/dynamoose`. The folder can be named: `node build.mjs /tmp/dynamoose/dist`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const out = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, 'dist'));
const source = '@brume/model/dynamoose/declarations';

/** Per path: what is there at run time, and what is a type only. */
const files = {
  Condition: [['Condition'], ['ConditionFunction', 'ConditionInitializer']],
  General: [
    ['SortOrder'],
    [
      'CallbackType',
      'DeepPartial',
      'FunctionType',
      'InputKey',
      'ItemArray',
      'KeyObject',
      'ModelType',
      'ObjectType',
    ],
  ],
  Instance: [['Instance'], ['PrimaryTableInterface']],
  Item: [
    ['AnyItem', 'Item'],
    ['ItemSaveSettings', 'ItemSettings'],
  ],
  ItemRetriever: [
    ['Query', 'Scan'],
    ['QueryResponse', 'ScanResponse'],
  ],
  'Model/index': [['Model'], ['ModelIndexes', 'ModelTableOptions']],
  Populate: [[], ['PopulateSettings']],
  Schema: [
    ['IndexType', 'Schema'],
    ['IndexItem', 'SchemaDefinition', 'TableIndex', 'TimestampObject', 'ValueType'],
  ],
  Serializer: [['Serializer'], ['SerializerOptions']],
  'Table/index': [
    ['Table', 'TableUpdateOptions'],
    [
      'TableExpiresSettings',
      'TableOptions',
      'TableOptionsOptional',
      'TableStreamOptions',
      'TableWaitForActiveSettings',
    ],
  ],
  'Table/types': [['TableClass'], []],
  Transaction: [
    ['TransactionReturnOptions'],
    [
      'ConditionTransactionInput',
      'CreateTransactionInput',
      'DeleteTransactionInput',
      'GetTransactionInput',
      'TransactionSettings',
      'UpdateTransactionInput',
    ],
  ],
  Types: [[], ['AttributeMap']],
  'aws/ddb/index': [[], ['DDBInterface']],
  'aws/index': [[], ['AWS']],
};

/** Paths whose default export people use. */
const defaults = {
  Error: 'errors',
  Transaction: 'transaction',
  'aws/converter': 'converter',
  'aws/ddb/index': 'createDdb',
  type: 'type',
};

rmSync(out, { recursive: true, force: true });
write('index.js', "module.exports = require('@brume/model/dynamoose');\n");
write(
  'index.d.ts',
  "export * from '@brume/model/dynamoose';\nexport { default } from '@brume/model/dynamoose';\n",
);
const paths = new Set([...Object.keys(files), ...Object.keys(defaults)]);
for (const name of paths) {
  const [values, types] = files[name] ?? [[], []];
  const lines = ["'use strict';", `const all = require('${source}');`];
  for (const value of values) lines.push(`exports.${value} = all.${value};`);
  const declared = [];
  if (values.length > 0) declared.push(`export { ${values.join(', ')} } from '${source}';`);
  if (types.length > 0) declared.push(`export type { ${types.join(', ')} } from '${source}';`);
  if (defaults[name]) {
    lines.splice(1, 0, "Object.defineProperty(exports, '__esModule', { value: true });");
    lines.push(`exports.default = all.${defaults[name]};`);
    declared.push(`export { ${defaults[name]} as default } from '${source}';`);
  }
  write(`${name}.js`, `${lines.join('\n')}\n`);
  write(`${name}.d.ts`, `${declared.join('\n')}\n`);
}

function write(name, text) {
  const file = path.join(out, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
