/**
 * Where we differ from dynamoose 4.2.0 on purpose: it crashes, hangs, loses data or contradicts its
 * documentation there. Each difference states why and is shown with both libraries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Library, libraries } from './library.ts';
import { normal, type Outcome, outcomeOf } from './outcome.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- definitions, items and answers of any shape
type Any = any;

interface Setup {
  library: Library;
  /** Makes a model whose table needs no setting up. */
  model: (schema: Any, options?: Any, schemaOptions?: Any) => Any;
}

interface Difference {
  what: string;
  why: string;
  run: (setup: Setup) => unknown;
  /** What the client answers, one after the other. */
  answers?: object[];
  theirs: Any;
  ours: Any;
}

const crash = 'crash';
const put = { return: 'request', overwrite: true } as const;
const item = async (request: Any): Promise<Any> => (await request).Item;

const differences: Difference[] = [
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
    what: 'conditions and keys take dates for date attributes',
    why: 'dynamoose hands them to the SDK, which refuses them',
    run: async ({ library, model }) =>
      (
        await model({ id: String, d: Date }).delete('i', {
          condition: new library.Condition('d').gt(new Date(5)),
          return: 'request',
        })
      ).ExpressionAttributeValues,
    theirs: crash,
    ours: { ':v0': { N: '5' } },
  },
  {
    what: 'conditions take lists',
    why: 'dynamoose takes the list for a path and crashes',
    run: async ({ library, model }) =>
      (
        await model({ id: String, l: { type: Array, schema: [String] } }).delete('i', {
          condition: new library.Condition('l').eq(['a']),
          return: 'request',
        })
      ).ExpressionAttributeValues,
    theirs: crash,
    ours: { ':v0': { L: [{ S: 'a' }] } },
  },
  {
    what: 'queries take or() between filters',
    why: 'dynamoose crashes on taking the key condition out of it',
    run: async ({ model }) =>
      (
        await model({ id: String, n: Number })
          .query('id')
          .eq('i')
          .filter('n')
          .eq(1)
          .or()
          .filter('n')
          .eq(2)
          .getRequest()
      ).FilterExpression,
    theirs: crash,
    ours: '#a1 = :v1 OR #a2 = :v2',
  },
  {
    what: 'update leaves combined attributes alone when it changes nothing of them',
    why: 'documented as all or none; dynamoose refuses none',
    run: async ({ library: { type }, model }) =>
      (
        await model({
          id: String,
          a: String,
          b: String,
          z: String,
          c: type.COMBINE(['a', 'b']),
        }).update('i', { z: 'x' }, { return: 'request' })
      ).UpdateExpression,
    theirs:
      'InvalidParameter: You must update all or none of the combine attributes when running Model.update. Missing combine attributes: a, b.',
    ours: 'SET #a0 = :v0',
  },
  {
    what: 'update knows attributes by their other names',
    why: 'dynamoose drops what is to be set, without a word',
    run: async ({ model }) =>
      (
        await model({ id: String, n: { type: Number, map: 'count' } }).update(
          'i',
          { count: 5 },
          { return: 'request' },
        )
      ).UpdateExpression,
    theirs: '',
    ours: 'SET #a0 = :v0',
  },
  {
    what: 'update sets paths inside an attribute',
    why: 'dynamoose writes an attribute that has the path for its name and that no read returns',
    run: async ({ model }) =>
      (
        await model({ id: String, o: { type: Object, schema: { x: Number } } }).update(
          'i',
          { 'o.x': 1 },
          { return: 'request' },
        )
      ).ExpressionAttributeNames,
    theirs: { '#a0': 'o.x' },
    ours: { '#a0_0': 'o', '#a0_1': 'x' },
  },
  {
    what: 'update sets updatedAt once',
    why: 'given a value, dynamoose sets it twice and DynamoDB refuses overlapping paths',
    run: async ({ model }) =>
      (
        await model({ id: String }, {}, { timestamps: true }).update(
          'i',
          { updatedAt: new Date(5) },
          { return: 'request' },
        )
      ).UpdateExpression,
    theirs: 'SET #a0 = :v0, #a1 = :v1',
    ours: 'SET #a0 = :v0',
  },
  {
    what: 'keys have only key attributes after the schema has set them',
    why: 'DynamoDB refuses the others that dynamoose sends along',
    run: async ({ model }) =>
      (
        await model(
          { id: String, h: String },
          {},
          { set: (one: object) => ({ ...one, h: 'x' }) },
        ).get('i', { return: 'request' })
      ).Key,
    theirs: { id: { S: 'i' }, h: { S: 'x' } },
    ours: { id: { S: 'i' } },
  },
  {
    what: 'queriedCount counts',
    why: 'documented; dynamoose reads it from a member that DynamoDB does not have',
    run: async ({ model }) => (await model({ id: String }).query('id').eq('i').exec()).queriedCount,
    answers: [{ Items: [], Count: 0, ScannedCount: 3 }],
    theirs: undefined,
    ours: 3,
  },
  {
    what: 'batchGet finds items whose key has a get function',
    why: 'dynamoose compares what the function returned and loses the item',
    run: async ({ model }) =>
      (await model({ id: { type: String, get: (id: string) => `${id}!` } }).batchGet(['i'])).length,
    answers: [{ Responses: { Thing: [{ id: { S: 'i' } }] }, UnprocessedKeys: {} }],
    theirs: 0,
    ours: 1,
  },
  {
    what: 'batchPut returns every unprocessed item',
    why: 'dynamoose forgets those that have dates, lists or maps',
    run: ({ model }) => model({ id: String, d: Date }).batchPut([{ id: 'i', d: new Date(5) }]),
    answers: [
      {
        UnprocessedItems: { Thing: [{ PutRequest: { Item: { id: { S: 'i' }, d: { N: '5' } } } }] },
      },
    ],
    theirs: { unprocessedItems: [] },
    ours: { unprocessedItems: [{ id: 'i', d: 5 }] },
  },
  {
    what: 'a transaction has undefined where there is no item',
    why: 'dynamoose crashes',
    run: ({ library, model }) => library.transaction([model({ id: String }).transaction.get('i')]),
    answers: [{ Responses: [{}] }],
    theirs: crash,
    ours: [undefined],
  },
  {
    what: 'populate leaves references to items that are gone',
    why: 'dynamoose crashes',
    run: async ({ library: { type }, model }) =>
      (await (await model({ id: String, of: type.THIS }).get('i')).populate()).toJSON(),
    answers: [{ Item: { id: { S: 'i' }, of: { S: 'gone' } } }, {}],
    theirs: crash,
    ours: { id: 'i', of: 'gone' },
  },
  {
    what: 'populate reaches the references in every element of a list',
    why: 'dynamoose looks into the first only',
    run: async ({ library: { type }, model }) => {
      const element = { type: Object, schema: { of: type.THIS } };
      const Thing = model({ id: String, l: { type: Array, schema: [element] } });
      return (await (await Thing.get('i')).populate()).toJSON().l;
    },
    answers: [
      {
        Item: { id: { S: 'i' }, l: { L: [{ M: { of: { S: 'a' } } }, { M: { of: { S: 'b' } } }] } },
      },
      { Item: { id: { S: 'a' } } },
      { Item: { id: { S: 'b' } } },
    ],
    theirs: [{ of: { id: 'a' } }, { of: 'b' }],
    ours: [{ of: { id: 'a' } }, { of: { id: 'b' } }],
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
  {
    what: 'a key of null is an invalid parameter',
    why: 'dynamoose crashes',
    run: ({ model }) => model({ id: String }).get(null),
    theirs: crash,
    ours: 'InvalidParameter: A key of model Thing must be a value or an object, not null.',
  },
  {
    what: 'the logger needs no other package',
    why: 'it is part of the library',
    run: async ({ library }) => (await library.logger()).status(),
    theirs:
      'OtherError: dynamoose-logger has not been installed. Install it using `npm i --save-dev dynamoose-logger`.',
    ours: 'active',
  },
];

for (const difference of differences) {
  test(`${difference.what} (${difference.why})`, async () => {
    for (const name of ['theirs', 'ours'] as const) {
      check(await outcomeWith(libraries[name], difference), difference[name], name);
    }
  });
}

async function outcomeWith(library: Library, { run, answers = [] }: Difference): Promise<Outcome> {
  const left = [...answers];
  const client = new Proxy({}, { get: () => async () => structuredClone(left.shift() ?? {}) });
  library.aws.ddb.set(client as never);
  const model: Setup['model'] = (schema, options = {}, schemaOptions = {}) => {
    const made = Array.isArray(schema) ? schema : new library.Schema(schema, schemaOptions);
    return library.model('Thing', made, { create: false, waitForActive: false, ...options });
  };
  return outcomeOf(() => run({ library, model }), 0);
}

function check(outcome: Outcome, expected: unknown, name: string): void {
  if (expected === crash) assert.ok(outcome.crashed, `${name}: ${JSON.stringify(outcome)}`);
  else if (outcome.error !== undefined) assert.equal(outcome.error, expected, name);
  else assert.deepEqual(outcome.result, normal(expected, 0), name);
}
