import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dynamoose } from './dynamoose.ts';

const options = { create: false, waitForActive: false } as const;

/** A client that answers with `answers`, one after the other, and keeps what it was asked. */
function client(...answers: object[]): [operation: string, request: unknown][] {
  const requests: [string, unknown][] = [];
  const operations = {
    get: (_: object, operation: string) => async (request: object) => {
      requests.push([operation, request]);
      return answers.shift() ?? {};
    },
  };
  dynamoose.aws.ddb.set(new Proxy({}, operations) as never);
  return requests;
}

test('schemas that cannot be are refused with the names and words of Dynamoose', () => {
  const cases: [definition: unknown, name: string, message: string][] = [
    ['text', 'InvalidParameterType', 'Schema initialization parameter must be an object.'],
    [{}, 'InvalidParameter', 'Schema initialization parameter must not be an empty object.'],
    [{ 'a.b': String }, 'InvalidParameter', 'Attributes must not contain dots.'],
    [{ id: String, a: 'nothing' }, 'InvalidParameter', 'Attribute a does not have a valid type.'],
    [
      { id: String, a: { type: Array, schema: [String, Number] } },
      'InvalidParameter',
      'You must only pass one element into schema array.',
    ],
    [
      { id: { type: String, hashKey: true }, b: { type: String, hashKey: true } },
      'InvalidParameter',
      'Only one hashKey allowed per schema.',
    ],
    [
      { id: { type: String, hashKey: true, rangeKey: true } },
      'InvalidParameter',
      'Attribute id must not be both hashKey and rangeKey',
    ],
    [
      { id: String, a: { type: Object, schema: { x: { type: String, index: true } } } },
      'InvalidParameter',
      'Index must be at root object and not nested in object or array.',
    ],
    [
      { id: { type: String, map: 'a', alias: 'b' } },
      'InvalidParameter',
      'Only one of map, alias, or aliases can be specified per attribute.',
    ],
  ];
  for (const [definition, name, message] of cases) {
    assert.throws(() => new dynamoose.Schema(definition as never), { name, message });
  }
});

test('models are found again by name, and unknown ones are missing', () => {
  const User = dynamoose.model('KnownUser', { id: String }, options);
  assert.equal(dynamoose.model('KnownUser'), User);
  assert.equal(User.name, 'KnownUser');
  assert.throws(() => dynamoose.model('UnknownUser'), {
    name: 'MissingSchemaError',
    message:
      'Schema hasn\'t been registered for model "UnknownUser".\nUse "dynamoose.model(name, schema)"',
  });
});

test('every operation answers by promise or by callback', async () => {
  client({ Item: { id: { S: 'i' } } }, { Item: { id: { S: 'i' } } });
  const User = dynamoose.model('CallbackUser', { id: String }, options);
  assert.deepEqual((await User.get('i')).toJSON(), { id: 'i' });
  const [error, found] = await new Promise<unknown[]>((resolve) => {
    const returned: unknown = User.get('i', (...answers: unknown[]) => resolve(answers));
    assert.equal(returned, undefined);
  });
  assert.equal(error, null);
  assert.ok(found instanceof User.Item);
});

test('an error of a callback method comes as its first argument', async () => {
  client();
  const User = dynamoose.model('FailingUser', { id: String, n: Number }, options);
  const error = await new Promise<unknown>((resolve) => {
    User.create({ id: 'i', n: 'text' }, (one: unknown) => resolve(one));
  });
  assert.equal(
    String(error),
    'TypeMismatch: Expected n to be of type number, instead found type string.',
  );
});

test('a property of user data never becomes a prototype', async () => {
  const requests = client();
  const schema = new dynamoose.Schema({ id: String }, { saveUnknown: true });
  const Thing = dynamoose.model('ProtoThing', schema, options);
  await Thing.create(JSON.parse('{"id":"i","__proto__":{"polluted":true}}') as object);
  const put = requests[0]?.[1] as { Item: object } | undefined;
  assert.deepEqual(Object.keys(put?.Item ?? {}), ['id', '__proto__']);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('serializers include, exclude and modify', () => {
  const User = dynamoose.model('SerialUser', { id: String, secret: String }, options);
  User.serializer.add('public', { exclude: ['secret'], modify: (one) => ({ ...one, ok: true }) });
  const user = new User({ id: 'i', secret: 's' });
  assert.deepEqual(user.serialize('public'), { id: 'i', ok: true });
  assert.deepEqual(User.serializeMany([user], { include: ['id'] }), [{ id: 'i' }]);
  assert.throws(() => user.serialize('unknown'), {
    message: 'Field options is required and should be an object or array',
  });
});

test('methods that people add answer by promise whichever way they are written', async () => {
  const User = dynamoose.model('MethodUser', { id: String }, options);
  User.methods.set('later', (n: number, done: (error: null, value: number) => void) =>
    done(null, n + 1),
  );
  User.methods.set('soon', async (n: number) => n + 2);
  User.methods.item.set('named', async function named(this: { id: string }) {
    return this.id;
  });
  const added = User as unknown as { [name: string]: (n: number) => Promise<number> };
  assert.deepEqual([await added.later?.(1), await added.soon?.(1)], [2, 3]);
  assert.equal(await new User({ id: 'i' }).named(), 'i');
  User.methods.set('get', () => 'replaced');
  assert.equal(typeof User.get, 'function');
  User.methods.delete('later');
  assert.equal(added.later, undefined);
});

test('an instance has a client of its own', async () => {
  const requests: unknown[] = [];
  const instance = new dynamoose.Instance();
  instance.aws.ddb.set({
    getItem: async (request: object) => (requests.push(request), {}),
  } as never);
  const User = dynamoose.model('InstanceUser', { id: String });
  assert.ok(new instance.Table('InstanceTable', [User], options));
  await User.get('i');
  assert.deepEqual(requests, [{ Key: { id: { S: 'i' } }, TableName: 'InstanceTable' }]);
});

test('the logger tells providers of requests that pass their filters', async () => {
  const messages: unknown[] = [];
  const logger = await dynamoose.logger();
  const filter = { category: 'aws:dynamodb:*:request', level: 'info-' };
  logger.providers.set({ id: 'test', filter, log: (event: unknown) => messages.push(event) });
  client();
  const User = dynamoose.model('LoggedUser', { id: String }, options);
  await User.get('i');
  logger.pause();
  await User.get('i');
  logger.resume();
  logger.providers.delete('test');
  await User.get('i');
  assert.deepEqual(
    messages.map((event) => (event as { category: string }).category),
    ['aws:dynamodb:getItem:request'],
  );
});

test('the converter in use can be replaced', async () => {
  const requests = client();
  const { marshall, unmarshall, convertToAttr, convertToNative } = dynamoose.aws.converter();
  dynamoose.aws.converter.set({
    marshall: () => ({ id: { S: 'converted' } }),
    unmarshall,
    convertToAttr,
    convertToNative,
  });
  await dynamoose.model('ConvertedUser', { id: String }, options).get('i');
  dynamoose.aws.converter.revert();
  assert.deepEqual(requests[0]?.[1], {
    Key: { id: { S: 'converted' } },
    TableName: 'ConvertedUser',
  });
  assert.equal(dynamoose.aws.converter().marshall, marshall);
});

test('populate fetches what an item refers to, and stops where references go in a circle', async () => {
  client(
    { Item: { id: { S: 'a' }, of: { S: 'b' } } },
    { Item: { id: { S: 'b' }, of: { S: 'a' } } },
    { Item: { id: { S: 'a' }, of: { S: 'b' } } },
  );
  const schema = { id: String, of: dynamoose.type.THIS };
  const Node = dynamoose.model('CircleNode', schema, options);
  const node = await (await Node.get('a')).populate();
  assert.deepEqual(node.toJSON(), { id: 'a', of: { id: 'b', of: 'a' } });
});

test('validators that fail later than others fail nobody else', async () => {
  client();
  const schema = {
    id: String,
    a: { type: String, validate: async () => false },
    b: { type: String, validate: () => false },
  };
  const Thing = dynamoose.model('LateThing', schema, options);
  await assert.rejects(() => Thing.create({ id: 'i', a: 'x', b: 'y' }), {
    name: 'ValidationError',
  });
});
