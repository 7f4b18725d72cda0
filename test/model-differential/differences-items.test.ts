/** What is stored where dynamoose 4.2.0 crashes or loses data. */
import { crash, item, put, show } from './difference.ts';

show([
  {
    what: 'type.ANY with schema type.ANY keeps what is inside',
    why: 'documented for type.ANY; dynamoose drops it',
    run: ({ library: { type }, model }) =>
      item(
        model({ id: String, v: { type: type.ANY, schema: type.ANY } }).create(
          { id: 'i', v: { w: 1 } },
          put,
        ),
      ),
    theirs: { id: { S: 'i' }, v: { M: {} } },
    ours: { id: { S: 'i' }, v: { M: { w: { N: '1' } } } },
  },
  {
    what: 'attributes whose name starts with that of an open object have their own rules',
    why: 'dynamoose compares paths as text and keeps what no schema allows',
    run: ({ library: { type }, model }) =>
      item(
        model({ id: String, v: { type: Object, schema: type.ANY }, vx: Object }).create(
          { id: 'i', v: {}, vx: { w: 1 } },
          put,
        ),
      ),
    theirs: { id: { S: 'i' }, v: { M: {} }, vx: { M: { w: { N: '1' } } } },
    ours: { id: { S: 'i' }, v: { M: {} }, vx: { M: {} } },
  },
  {
    what: 'one of several definitions may have a default',
    why: 'dynamoose then fails to validate what nobody asked it to',
    run: ({ model }) =>
      item(
        model({
          id: String,
          d: [
            { type: String, default: 'a' },
            { type: Number, default: 5 },
          ],
        }).create({ id: 'i' }, put),
      ),
    theirs:
      'ValidationError: d with a value of a had a validation error when trying to save the item',
    ours: { id: { S: 'i' }, d: { S: 'a' } },
  },
  {
    what: 'unions of objects may have objects and defaults in them',
    why: 'dynamoose does not find the attribute again',
    run: ({ model }) =>
      item(
        model({
          id: String,
          d: [
            { type: Object, schema: { a: Number, z: { type: Number, default: 1 } } },
            { type: Object, schema: { b: Number, y: { type: Number, default: 2 } } },
          ],
        }).create({ id: 'i', d: { b: 1 } }, put),
      ),
    theirs: 'UnknownAttribute: Invalid Attribute: d.z',
    ours: { id: { S: 'i' }, d: { M: { b: { N: '1' }, y: { N: '2' } } } },
  },
  {
    what: 'of two set types the one that fits is taken',
    why: 'dynamoose looks at the first only',
    run: ({ model }) =>
      item(
        model({
          id: String,
          s: [
            { type: Set, schema: [String] },
            { type: Set, schema: [Number] },
          ],
        }).create({ id: 'i', s: new Set([1]) }, put),
      ),
    theirs: 'TypeMismatch: Expected s to be of type string set, instead found type object.',
    ours: { id: { S: 'i' }, s: { NS: ['1'] } },
  },
  {
    what: 'an empty list stays empty when its elements have a default',
    why: 'dynamoose puts an element into it',
    run: ({ model }) =>
      item(
        model({ id: String, l: { type: Array, schema: [{ type: String, default: 'x' }] } }).create(
          { id: 'i', l: [] },
          put,
        ),
      ),
    theirs: { id: { S: 'i' }, l: { L: [{ S: 'x' }] } },
    ours: { id: { S: 'i' }, l: { L: [] } },
  },
  {
    what: 'every element of a list keeps what is inside',
    why: 'dynamoose empties all open objects but the first',
    run: ({ library: { type }, model }) =>
      item(
        model({
          id: String,
          l: { type: Array, schema: [{ type: Object, schema: type.ANY }] },
        }).create({ id: 'i', l: [{ w: 1 }, { w: 2 }] }, put),
      ),
    theirs: { id: { S: 'i' }, l: { L: [{ M: { w: { N: '1' } } }, { M: {} }] } },
    ours: { id: { S: 'i' }, l: { L: [{ M: { w: { N: '1' } } }, { M: { w: { N: '2' } } }] } },
  },
  {
    what: 'a Set of dates is accepted',
    why: 'dynamoose accepts only a list of them, and crashes on the Set that it returns itself',
    run: ({ model }) =>
      item(
        model({ id: String, s: { type: Set, schema: [Date] } }).create(
          { id: 'i', s: new Set([new Date(5)]) },
          put,
        ),
      ),
    theirs: crash,
    ours: { id: { S: 'i' }, s: { NS: ['5'] } },
  },
  {
    what: 'a pattern with the flag g validates every value from its start',
    why: 'the documentation has such a pattern; dynamoose goes on where it last stopped',
    run: async ({ model }) => {
      const Thing = model({ id: { type: String, validate: /ID_.+/gu } });
      await Thing.create({ id: 'ID_first' }, put);
      return item(Thing.create({ id: 'ID_2' }, put));
    },
    theirs:
      'ValidationError: id with a value of ID_2 had a validation error when trying to save the item',
    ours: { id: { S: 'ID_2' } },
  },
  {
    what: 'schemas are chosen by what their other names stand for',
    why: 'dynamoose loses the attribute',
    run: ({ model }) =>
      item(
        model([
          { id: String, a: Number },
          { id: String, b: { type: String, map: 'bee' } },
        ]).create({ id: 'i', bee: 'x' }, put),
      ),
    theirs: { id: { S: 'i' } },
    ours: { id: { S: 'i' }, b: { S: 'x' } },
  },
  {
    what: 'the schema that is chosen does everything',
    why: 'dynamoose chooses again at every stage, and the item may fit another after its conversion',
    run: ({ library, model }) => {
      const seconds = { value: Date, settings: { storage: 'seconds' } };
      const marked = { type: String, set: (value: string): string => `${value}!` };
      const both = [
        { id: String, a: Number },
        { id: String, a: { type: seconds }, b: marked },
      ].map((definition) => new library.Schema(definition, { saveUnknown: ['y'] }));
      return item(model(both).create({ id: 'i', a: new Date(5000), b: 'x', y: 1 }, put));
    },
    theirs: { id: { S: 'i' }, a: { N: '5' }, b: { S: 'x' }, y: { N: '1' } },
    ours: { id: { S: 'i' }, a: { N: '5' }, b: { S: 'x!' }, y: { N: '1' } },
  },
  {
    what: 'what is read is of a schema that it can be read by',
    why: 'dynamoose chooses as if it were to be written, where a list may stand for a set',
    run: async ({ model }) =>
      (
        await model([
          { id: String, n: { type: Set, schema: [Number] } },
          { id: String, n: { type: Array, schema: [Number] } },
        ]).get('i')
      ).toJSON(),
    answers: [{ Item: { id: { S: 'i' }, n: { L: [{ N: '1' }] } } }],
    theirs: 'TypeMismatch: Expected n to be of type number set, instead found type object.',
    ours: { id: 'i', n: [1] },
  },
  {
    what: 'a schema and one nested in it may both have functions',
    why: 'dynamoose crashes',
    run: ({ library, model }) => {
      const inner = new library.Schema({ x: String }, { set: (one) => one });
      return item(
        model({ id: String, o: inner }, {}, { set: (one: object) => one }).create({ id: 'i' }, put),
      );
    },
    theirs: crash,
    ours: { id: { S: 'i' } },
  },
  {
    what: 'attributes may be called like members of every object',
    why: 'dynamoose crashes on them',
    run: ({ model }) =>
      item(
        model({ id: String, constructor: Number, toString: String }).create(
          { id: 'i', constructor: 6, toString: 'x' },
          put,
        ),
      ),
    theirs: crash,
    ours: { id: { S: 'i' }, constructor: { N: '6' }, toString: { S: 'x' } },
  },
  {
    what: 'an attribute called __proto__ is kept',
    why: 'dynamoose makes it the prototype of the item',
    run: async ({ model }) =>
      Object.keys(
        await item(
          model({ id: String }, {}, { saveUnknown: true }).create(
            JSON.parse('{"id":"i","__proto__":"x"}'),
            put,
          ),
        ),
      ),
    theirs: ['id'],
    ours: ['id', '__proto__'],
  },
  {
    what: 'NaN is a type mismatch',
    why: 'the SDK refuses it without saying where it is',
    run: ({ model }) => model({ id: String, n: Number }).create({ id: 'i', n: Number.NaN }),
    theirs: crash,
    ours: 'TypeMismatch: Expected n to be of type number, instead found type NaN.',
  },
  {
    what: 'an empty set is a type mismatch',
    why: 'the SDK refuses it without saying where it is',
    run: ({ model }) =>
      model({ id: String, s: { type: Set, schema: [String] } }).create({ id: 'i', s: new Set() }),
    theirs: crash,
    ours: 'TypeMismatch: Expected s to be a value that DynamoDB can store, instead found an empty set.',
  },
  {
    what: 'a value that contains itself is a type mismatch',
    why: 'dynamoose stores part of it',
    run: ({ model }) => {
      const loop: { self?: unknown } = {};
      loop.self = loop;
      return item(model({ id: String }, {}, { saveUnknown: true }).create({ id: 'i', loop }, put));
    },
    theirs: { id: { S: 'i' }, loop: { M: {} } },
    ours: 'TypeMismatch: Expected loop.self to be a value that DynamoDB can store, instead found a value that contains itself.',
  },
]);
