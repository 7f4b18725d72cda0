/** `dynamoose.Table`: the table that one or more models keep their items in. */
import { type Operation, send } from '../aws/ddb.ts';
import { answer, type CallbackType, splitCallback } from '../callback.ts';
import type { Plain } from '../deep-copy.ts';
import { InvalidParameter, InvalidParameterType, OtherError } from '../errors.ts';
import type { Instance } from '../instance.ts';
import { fitness } from '../item/check.ts';
import { registerTable } from '../model/registry.ts';
import type { Request } from '../public-types.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { type attributeDefinitions, mergeIndexes, type ModelIndexes } from '../schema/indexes.ts';
import { type ModelReference, referencedModel } from '../schema/model-reference.ts';
import {
  type EffectiveOptions,
  effectiveOptions,
  tableDefaults,
  type TableOptionsAccessor,
  type TableOptionsOptional,
} from './options.ts';
import { createTableRequest, type TableShape } from './requests.ts';
import { TableSetup } from './setup.ts';

/** What a table needs of its models. */
export interface TableModel extends ModelReference {
  attach(table: Table): void;
  ownIndexes(): ModelIndexes;
  attributeDefinitions(): ReturnType<typeof attributeDefinitions>;
  schemaFor(item: Plain, direction: 'fromDynamo'): CompiledSchema;
  itemOfTransaction(stored: Plain): Promise<unknown>;
}

interface TableCreateOptions {
  return?: 'request' | undefined;
}

export class Table {
  static defaults: TableOptionsAccessor = tableDefaults;

  readonly #instance: Instance;
  readonly #models: readonly [TableModel, ...TableModel[]];
  readonly #options: EffectiveOptions;
  readonly #name: string;
  #setup: Promise<void> | undefined;

  constructor(
    instance: Instance,
    name: string,
    models: readonly unknown[],
    options?: TableOptionsOptional,
  ) {
    this.#instance = instance;
    this.#options = effectiveOptions(options);
    this.#models = checkedModels(name, models);
    this.#name = `${this.#options.prefix}${name}${this.#options.suffix}`;
    for (const model of this.#models) model.attach(this);
    registerTable(this);
    if (this.#options.initialize) void this.#initialize();
  }

  get name(): string {
    return this.#name;
  }

  get hashKey(): string {
    return this.#models[0].hashKey;
  }

  get rangeKey(): string | undefined {
    return this.#models.find((model) => model.rangeKey !== undefined)?.rangeKey;
  }

  /** For the library's own use, like the next four. */
  get options(): EffectiveOptions {
    return this.#options;
  }

  get instance(): Instance {
    return this.#instance;
  }

  /** Sends a request once the table is there and as its options want it. */
  async send<R extends object>(operation: Operation, request: object): Promise<R> {
    if (!this.#setup) throw new OtherError(`Table ${this.#name} has not been initialized.`);
    await this.#setup;
    return send<R>(this.#instance.aws.ddb, operation, request);
  }

  indexes(): ModelIndexes {
    return mergeIndexes(
      this,
      this.#models.map((model) => model.ownIndexes()),
    );
  }

  /** The model whose schemas fit a stored item best. */
  modelForItem(stored: Plain): TableModel {
    const scores = this.#models.map((model) =>
      fitness(model.schemaFor(stored, 'fromDynamo'), stored, 'fromDynamo'),
    );
    return this.#models[scores.indexOf(Math.max(...scores))] ?? this.#models[0];
  }

  create(): Promise<void>;
  create(callback: CallbackType<void>): void;
  create(
    settings: TableCreateOptions & { return: 'request' },
  ): Promise<Request<'CreateTableInput'>>;
  create(
    settings: TableCreateOptions & { return: 'request' },
    callback: CallbackType<Request<'CreateTableInput'>>,
  ): void;
  create(settings: TableCreateOptions): Promise<void>;
  create(settings: TableCreateOptions, callback: CallbackType<void>): void;
  create(
    settings?: TableCreateOptions | CallbackType<never>,
    callback?: CallbackType<never>,
  ): unknown {
    const [options, then] = splitCallback<TableCreateOptions, never>(settings, callback);
    return answer(this.#create(options) as Promise<never>, then);
  }

  async #create(settings: TableCreateOptions): Promise<unknown> {
    if (settings.return === 'request') return createTableRequest(this.#shape());
    return this.#newSetup().create();
  }

  initialize(): Promise<void>;
  initialize(callback: CallbackType<void>): void;
  initialize(callback?: CallbackType<void>): Promise<void> | void {
    return answer(this.#initialize(), callback, 'no result');
  }

  /** A failure reaches whoever waits for the table; with nobody waiting it is an unhandled one. */
  #initialize(): Promise<void> {
    // On the next turn: `aws.ddb.set` may still follow where the models are made.
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    return (this.#setup = turn.then(() => this.#newSetup().run()));
  }

  #newSetup(): TableSetup {
    return new TableSetup(this.#shape(), (operation, request) =>
      send(this.#instance.aws.ddb, operation, request),
    );
  }

  #shape(): TableShape {
    const { TableIndex, ...indexes } = this.indexes();
    const models = this.#models;
    return {
      name: this.#name,
      options: this.#options,
      // Only creating needs these, and an index may name an attribute that no schema has.
      get attributeDefinitions() {
        const all = models.flatMap((model) => model.attributeDefinitions());
        return [...new Map(all.map((one) => [one.AttributeName, one])).values()];
      },
      keySchema: TableIndex?.KeySchema ?? [],
      ...indexes,
    };
  }
}

function checkedModels(name: unknown, models: unknown): readonly [TableModel, ...TableModel[]] {
  if (models === undefined || models === null) {
    throw new InvalidParameter('Models must be passed into table constructor.');
  }
  if (typeof name !== 'string') {
    throw new InvalidParameterType('Name passed into table constructor should be of type string.');
  }
  const found = Array.isArray(models)
    ? models.map((model) => referencedModel(model) as TableModel | undefined)
    : [];
  const [first, ...rest] = found;
  if (!first || rest.some((model) => !model)) {
    throw new InvalidParameterType(
      'Models passed into table constructor should be an array of models.',
    );
  }
  const all = [first, ...(rest as TableModel[])] as const;
  if (rest.some((model) => model?.hashKey !== first.hashKey)) {
    throw new InvalidParameter("hashKey's for all models must match.");
  }
  const rangeKeys = new Set(all.map(({ rangeKey }) => rangeKey).filter(Boolean));
  if (rangeKeys.size > 1) throw new InvalidParameter("rangeKey's for all models must match.");
  return all;
}
