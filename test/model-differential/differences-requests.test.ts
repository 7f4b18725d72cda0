/** What is asked of DynamoDB, and answered, where dynamoose 4.2.0 crashes or is refused. */
import { crash, item, put, show } from './difference.ts';

show([
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
    what: 'update gives each value the type of its own attribute',
    why: 'dynamoose counts what is removed as a value too, and makes a list the set next to it',
    run: async ({ model }) =>
      (
        await model({
          id: String,
          s: { type: Set, schema: [String] },
          l: { type: Array, schema: [String] },
        }).update('i', { $REMOVE: ['s'], $SET: { l: ['x'] } }, { return: 'request' })
      ).ExpressionAttributeValues,
    theirs: { ':v1': { SS: ['x'] } },
    ours: { ':v1': { L: [{ S: 'x' }] } },
  },
  {
    what: 'update sets forced defaults as every write does',
    why: 'dynamoose leaves out `set` and the checks, in updates only',
    run: async ({ model }) => {
      const set = (value: string): string => `${value}!`;
      const forced = { type: String, default: 'x', forceDefault: true, set };
      const Thing = model({ id: String, n: Number, a: forced });
      const updated = await Thing.update('i', { n: 1 }, { return: 'request' });
      return [
        (await item(Thing.create({ id: 'i' }, put))).a,
        updated.ExpressionAttributeValues[':v1'],
      ];
    },
    theirs: [{ S: 'x!' }, { S: 'x' }],
    ours: [{ S: 'x!' }, { S: 'x!' }],
  },
  {
    what: 'a key condition has an equality for the hash key',
    why: 'of several comparisons dynamoose takes the first, which DynamoDB then refuses',
    run: async ({ model }) =>
      (
        await model({ id: String, n: { type: Number, index: { name: 'by-n' } } })
          .query('n')
          .ge(1)
          .where('n')
          .eq(2)
          .getRequest()
      ).KeyConditionExpression,
    theirs: '#qha >= :qhv',
    ours: '#qha = :qhv',
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
]);
