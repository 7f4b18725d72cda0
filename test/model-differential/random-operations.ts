/** Random operations on a model, each a function that does the same with either library. */
import type { Chance } from './chance.ts';
import type { Library } from './library.ts';
import { randomItem, randomValue, undefinedMark } from './random-item.ts';
import type { Kind, SchemaPlan } from './random-schema.ts';

type Plain = { [name: string]: unknown };
// oxlint-disable-next-line typescript/no-explicit-any -- the model's items are whatever chance made
export type AnyModel = any;
export interface Operation {
  name: string;
  run: (model: AnyModel, library: Library) => unknown;
}

const keys = ['one', 'two', 'three', 'four', 'five'] as const;

type Maker = (chance: Chance, plan: SchemaPlan) => Operation;

const makers: Record<string, Maker> = {
  create: (chance, plan) => {
    const item = randomItem(chance, plan, chance.pick(keys));
    const overwrite = chance.odds(0.3);
    const request = chance.odds(0.2);
    return {
      name: 'create',
      run: (model, library) =>
        model.create(own(item, library), {
          ...(overwrite && { overwrite }),
          ...(request && { return: 'request' }),
        }),
    };
  },
  save: (chance, plan) => {
    const item = randomItem(chance, plan, chance.pick(keys));
    const condition = randomCondition(chance, plan);
    return {
      name: 'save',
      run: async (model, library) => {
        const made = new model(own(item, library));
        const saved = await made.save({ condition: condition(new library.Condition()) });
        return [made, made.original(), made.toJSON(), saved, saved.original()];
      },
    };
  },
  change: (chance, plan) => {
    const key = randomKey(chance, plan);
    const attribute = chance.pick(plan.attributes.slice(plan.hasRange ? 2 : 1));
    const value = randomValue(chance, attribute, plan.exact);
    return {
      name: 'get, change and save',
      run: async (model, library) => {
        const item = await model.get(key);
        if (!item) return undefined;
        item[attribute.name] = own(value, library);
        return [item.original(), await item.save()];
      },
    };
  },
  get: (chance, plan) => {
    const key = randomKey(chance, plan);
    const settings = {
      ...(chance.odds(0.3) && { attributes: chance.some(['id', 'a', 'b', 'zz']) }),
      ...(chance.odds(0.3) && { consistent: chance.odds(0.5) }),
    };
    return {
      name: 'get',
      run: async (model) => {
        const item = await model.get(key, settings);
        return [item, item?.original(), item?.toJSON()];
      },
    };
  },
  batchGet: (chance, plan) => {
    const wanted = distinctKeys(chance, plan);
    return { name: 'batchGet', run: (model) => model.batchGet(wanted) };
  },
  batchPut: (chance, plan) => {
    const items = chance.some(keys).map((key) => randomItem(chance, plan, key));
    return {
      name: 'batchPut',
      run: (model, library) => model.batchPut(items.map((item) => own(item, library))),
    };
  },
  batchDelete: (chance, plan) => {
    const gone = distinctKeys(chance, plan);
    return { name: 'batchDelete', run: (model) => model.batchDelete(gone) };
  },
  delete: (chance, plan) => {
    const key = randomKey(chance, plan);
    const condition = randomCondition(chance, plan);
    return {
      name: 'delete',
      run: (model, library) => model.delete(key, { condition: condition(new library.Condition()) }),
    };
  },
  update: (chance, plan) => {
    const key = randomKey(chance, plan);
    const update = randomUpdate(chance, plan);
    const condition = chance.odds(0.3) ? randomCondition(chance, plan) : undefined;
    const settings = chance.odds(0.2) ? { returnValues: 'UPDATED_NEW' } : {};
    return {
      name: 'update',
      run: (model, library) =>
        model.update(key, own(update, library), {
          ...settings,
          ...(condition && { condition: condition(new library.Condition()) }),
        }),
    };
  },
  query: (chance, plan) => {
    const condition = randomCondition(chance, plan);
    const range = plan.hasRange && chance.odds(0.5);
    const settings = randomSettings(chance);
    return {
      name: 'query',
      run: (model) => {
        const query = model.query('id').eq('one');
        if (range) query.where('rk').between(0, 2);
        return settings(condition(query)).sort('descending').exec();
      },
    };
  },
  index: (chance, plan) => {
    const indexed = plan.attributes.filter(({ settings }) => settings.index);
    const attribute = indexed.length > 0 ? chance.pick(indexed) : plan.attributes[0];
    const condition = randomCondition(chance, plan);
    return {
      name: 'query an index',
      run: (model) =>
        condition(model.query(attribute?.name).eq('usual')).where('id').eq('one').exec(),
    };
  },
  scan: (chance, plan) => {
    const condition = randomCondition(chance, plan);
    const settings = randomSettings(chance);
    const parallel = chance.odds(0.2);
    return {
      name: 'scan',
      run: (model) => {
        const scan = settings(condition(model.scan()));
        return (parallel ? scan.parallel(2) : scan).exec();
      },
    };
  },
  transaction: (chance, plan) => {
    const key = randomKey(chance, plan);
    const item = randomItem(chance, plan, chance.pick(keys));
    const update = randomUpdate(chance, plan);
    // One that may be refused: which of several complains first is a matter of timing.
    const kind = chance.pick(['read', 'create', 'update'] as const);
    return {
      name: 'transaction',
      run: (model, library) =>
        library.transaction(
          kind === 'read'
            ? [model.transaction.get(key)]
            : [
                model.transaction.get(key),
                kind === 'create'
                  ? model.transaction.create(own(item, library))
                  : model.transaction.update(key, own(update, library)),
                model.transaction.delete(key),
                model.transaction.condition(key, new library.Condition('id').exists()),
              ],
        ),
    };
  },
  serialize: (chance, plan) => {
    const item = randomItem(chance, plan, chance.pick(keys));
    const options = {
      include: chance.some(['id', 'a', 'b', 'zz']),
      exclude: chance.some(['a', 'd']),
    };
    return {
      name: 'serialize',
      run: (model, library) => new model(own(item, library)).serialize(options),
    };
  },
  populate: (chance, plan) => {
    const key = randomKey(chance, plan);
    return {
      name: 'populate',
      run: async (model) => (await model.get(key))?.populate(),
    };
  },
};

export function randomOperation(chance: Chance, plan: SchemaPlan): Operation {
  const names = Object.keys(makers).filter((name) => name !== 'populate' || chance.odds(0.3));
  return (makers[chance.pick(names)] as Maker)(chance, plan);
}

function randomKey(chance: Chance, plan: SchemaPlan): unknown {
  const id = chance.pick(keys);
  if (plan.hasRange) return { id, rk: chance.below(3) };
  return chance.odds(0.5) ? id : { id };
}

/** DynamoDB refuses a batch that names a key twice. */
function distinctKeys(chance: Chance, plan: SchemaPlan): unknown[] {
  return chance.some(keys).map((id) => (plan.hasRange ? { id, rk: chance.below(3) } : id));
}

/** Only what Dynamoose can be asked to update: see the list of differences for the rest. */
function randomUpdate(chance: Chance, plan: SchemaPlan): Plain {
  const update: Plain = {};
  const open = plan.attributes.filter(({ name }) => name !== 'id' && name !== 'rk');
  for (const attribute of chance.some(open, 0.4)) {
    const absent = !plan.exact && chance.odds(0.1);
    const value = absent ? undefined : randomValue(chance, attribute, plan.exact);
    // Told to add nothing, Dynamoose sends the next list as a set.
    const operator = chance.pick(absent ? ['', '$SET'] : operatorsFor(attribute.kind));
    if (operator === '') update[attribute.name] = value;
    else if (operator === '$REMOVE') {
      update.$REMOVE = [...((update.$REMOVE as string[]) ?? []), attribute.name];
    } else update[operator] = { ...(update[operator] as Plain), [attribute.name]: value };
  }
  if (chance.odds(0.2)) update.y = 4;
  return update;
}

/** DynamoDB adds to numbers and sets, and Dynamoose to lists; only sets have elements deleted. */
function operatorsFor(kind: Kind): string[] {
  if (kind === 'stringSet' || kind === 'numberSet')
    return ['', '$SET', '$ADD', '$REMOVE', '$DELETE'];
  const adds = kind === 'number' || kind === 'array' || kind === 'date';
  return ['', '$SET', '$REMOVE', ...(adds ? ['$ADD'] : [])];
}

type Building = (builder: AnyModel) => AnyModel;

function randomCondition(chance: Chance, plan: SchemaPlan): Building {
  const steps = Array.from({ length: chance.below(3) }, () => randomComparison(chance, plan));
  const group = chance.odds(0.3) ? steps.splice(0, 2) : [];
  const or = chance.odds(0.5);
  return (builder) => {
    let built = builder;
    for (const step of steps) built = step(built);
    if (group.length === 0) return built;
    return built.parenthesis((inner: AnyModel) =>
      group.reduce((before, step, index) => step(index > 0 && or ? before.or() : before), inner),
    );
  };
}

function randomComparison(chance: Chance, plan: SchemaPlan): Building {
  const names = [...plan.attributes.map(({ name }) => name), 'zz', 'o.p'].filter(
    (name) => name !== 'id' && name !== 'rk',
  );
  const name = chance.pick(names);
  const negated = chance.odds(0.3);
  const method = chance.pick([
    'eq',
    'lt',
    'le',
    'gt',
    'ge',
    'contains',
    'beginsWith',
    'exists',
    'in',
    'between',
  ]);
  const value = chance.pick(['usual', 7, true]);
  return (builder) => {
    const started = builder.where(name);
    const chained = negated ? started.not() : started;
    if (method === 'exists') return chained.exists();
    if (method === 'in') return chained.in([value, 'other']);
    return method === 'between' ? chained.between(1, 5) : chained[method](value);
  };
}

function randomSettings(chance: Chance): Building {
  const [limit, count, consistent] = [chance.odds(0.3), chance.odds(0.15), chance.odds(0.2)];
  const attributes = chance.odds(0.2) ? chance.some(['id', 'a', 'b', 'zz'], 0.7) : undefined;
  const all = chance.odds(0.3);
  return (builder) => {
    if (limit) builder.limit(2);
    if (count) builder.count();
    if (consistent) builder.consistent();
    if (attributes && attributes.length > 0) builder.attributes(attributes);
    return all ? builder.all(0, 4) : builder;
  };
}

/** A copy of a value for one library: with its own symbols, sharing nothing with the other's. */
function own(value: unknown, library: Library): unknown {
  if (value === undefinedMark) return library.type.UNDEFINED;
  if (Array.isArray(value)) return value.map((each) => own(each, library));
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Set) return new Set(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, own(inner, library)]),
  );
}
