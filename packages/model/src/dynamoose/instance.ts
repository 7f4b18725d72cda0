/** `dynamoose.Instance`: a client of its own, and the tables that use it. */
import { converter } from './aws/converter.ts';
import { createDdb, type DDBInterface } from './aws/ddb.ts';
import { Table } from './table/table.ts';
import type { TableOptionsAccessor, TableOptionsOptional } from './table/options.ts';

export interface AWS {
  ddb: DDBInterface;
  converter: typeof converter;
}

/** `Table` as people construct it: which instance it belongs to is settled. */
export interface PrimaryTableInterface {
  new (name: string, models: readonly object[], options?: TableOptionsOptional): Table;
  defaults: TableOptionsAccessor;
}

export class Instance {
  static default: Instance = new Instance();

  aws: AWS;
  Table: PrimaryTableInterface;

  constructor() {
    this.aws = { ddb: createDdb(), converter };
    // oxlint-disable-next-line typescript/no-this-alias -- the class below has a `this` of its own
    const instance: Instance = this;
    this.Table = class extends Table {
      constructor(name: string, models: readonly object[], options?: TableOptionsOptional) {
        super(instance, name, models, options);
      }
    };
    Object.defineProperty(this.Table, 'name', { value: 'Table' });
  }
}
