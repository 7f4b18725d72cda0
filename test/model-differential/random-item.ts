/** Random items for a schema: mostly right, sometimes wrong, incomplete or with more than it knows. */
import type { Chance } from './chance.ts';
import type { Attribute, SchemaPlan } from './random-schema.ts';

/** Stands for what each library has its own of. */
export const undefinedMark = { mark: 'UNDEFINED' } as const;

const wrong = ['text', 3, true, null, {}, [], new Date(5), Buffer.from('b'), undefined] as const;

export function randomItem(
  chance: Chance,
  plan: SchemaPlan,
  key: string,
): { [name: string]: unknown } {
  const item: { [name: string]: unknown } = { id: key };
  if (plan.hasRange) item.rk = chance.below(3);
  for (const attribute of plan.attributes) {
    if (attribute.name === 'id' || attribute.name === 'rk' || chance.odds(0.3)) continue;
    item[attribute.name] = randomValue(chance, attribute, plan.exact);
  }
  if (chance.odds(0.3)) item.y = chance.pick([1, 'text', { w: 1 }, [1, { w: 2 }]]);
  if (chance.odds(0.2)) item.z = { u: 1, v: { w: 2 } };
  if (chance.odds(0.2)) item.x = { u: 1, v: { w: [2] } };
  return item;
}

/** A value for an attribute, of its own type nine times in ten. */
export function randomValue(chance: Chance, attribute: Attribute, exact = false): unknown {
  if (!exact && chance.odds(0.02)) return undefinedMark;
  if (!exact && chance.odds(0.05)) return chance.pick(wrong);
  switch (attribute.kind) {
    case 'string':
      return chance.pick(['usual', 'other', 'bad', '']);
    case 'number':
      return chance.pick([7, 13, 0, -1.5]);
    case 'boolean':
      return chance.odds(0.5);
    case 'buffer':
      return Buffer.from(chance.pick(['one', 'two']));
    case 'date':
    case 'dateIso':
    case 'dateSeconds':
      return new Date(1_000_000_000_000 + chance.below(3) * 1500);
    case 'null':
      return null;
    case 'any':
      return chance.pick(['text', 4, true, null, new Set(['one'])]);
    case 'constant':
      return chance.odds(0.9) ? 'fixed' : 'loose';
    case 'stringSet':
      return chance.pick([new Set(['one', 'two']), ['one'], ['one', 'one']]);
    case 'numberSet':
      return chance.pick([new Set([1, 2]), [3]]);
    case 'union':
      return chance.pick(['text', 5]);
    case 'dateUnion':
      return chance.pick([new Date(5000), 'text', 5]);
    case 'openObject':
      return chance.pick([{}, { w: { v: [1, { u: 2 }] } }]);
    case 'bareObject':
      return chance.pick([{}, { w: 1 }]);
    case 'objectUnion':
      return chance.pick([
        { p: 'text' },
        { p: 'text', q: 1 },
        { p: 'text', r: true },
        { r: false },
      ]);
    case 'reference':
      return chance.pick(['ref-1', { id: 'ref-2' }]);
    case 'array':
      // Dynamoose lets some wrong elements pass, when they are not the first.
      return Array.from({ length: chance.below(3) }, () =>
        randomValue(chance, attribute.element as Attribute, true),
      );
    case 'object': {
      const value: { [name: string]: unknown } = {};
      for (const inner of attribute.properties ?? []) {
        if (chance.odds(0.75)) value[inner.name] = randomValue(chance, inner, exact);
      }
      if (chance.odds(0.2)) value.w = 1;
      return value;
    }
  }
}
