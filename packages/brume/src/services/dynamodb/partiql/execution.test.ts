import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeValue } from '../items/attribute-value.ts';
import { INDEXED, openTestDatabase, type TestDatabase } from '../database.fixture.ts';

const HASH = {
  TableName: 'hash',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

/** `table` has (a, 1…4) in both indexes and (b, 1) in the global one; `hash` has a and b. */
async function opened() {
  const db = openTestDatabase();
  await db.call('CreateTable', INDEXED);
  await db.call('CreateTable', HASH);
  for (const n of ['1', '2', '3', '4']) {
    const given = { pk: 'a', l: `l${n}`, g: 'g', shown: `s${n}`, hidden: `h${n}` };
    await run(
      db,
      `INSERT INTO "table" VALUE {'pk': ?, 'sk': ${n}, 'l': ?, 'g': ?, 'shown': ?, 'hidden': ?}`,
      Object.values(given).map((S) => ({ S })),
    );
  }
  await run(db, `INSERT INTO "table" VALUE {'pk': 'b', 'sk': 1, 'g': 'g2'}`);
  const rest = `'l': [1, 'x', {'y': 2}], 'm': {'sub': 'x', 'deep': {'er': 1}}, 'ss': <<'a', 'b'>>`;
  await run(db, `INSERT INTO hash VALUE {'pk': 'a', 'n': 5, 's': 'str', 'nul': null, ${rest}}`);
  await run(db, `INSERT INTO hash VALUE {'pk': 'b', 'n': 7}`);
  return db;
}

function run(db: TestDatabase, Statement: string, Parameters?: AttributeValue[]) {
  return db.call('ExecuteStatement', { Statement, Parameters });
}

async function items(db: TestDatabase, Statement: string) {
  return (await run(db, Statement)).Items ?? [];
}

/** What one attribute of the answered items is, whatever its type. */
async function column(db: TestDatabase, name: string, Statement: string) {
  return (await items(db, Statement)).map((item) => Object.values(item[name] ?? {})[0] as unknown);
}

async function refusal(db: TestDatabase, Statement: string) {
  const { code, message } = await db.refuses('ExecuteStatement', { Statement });
  return `${code}: ${message}`;
}

test('selects answer what is within attributes beside them', async () => {
  const db = await opened();
  const select = `FROM hash WHERE pk = 'a'`;
  assert.deepEqual(await items(db, `SELECT m.deep.er, m.sub, zzz ${select}`), [
    { er: { N: '1' }, sub: { S: 'x' } },
  ]);
  assert.deepEqual(await items(db, `SELECT l[0], l[2].y, l[9] ${select}`), [
    { 'l[0]': { N: '1' }, 'l[2]': { M: { y: { N: '2' } } } },
  ]);
  assert.deepEqual(await items(db, `SELECT zzz ${select}`), [{}]);
  assert.deepEqual(await items(db, `SELECT * FROM hash WHERE pk = 'none'`), []);
});

test('selects find what their condition holds for, by key or without', async () => {
  const db = await opened();
  const sorts = (where: string) => column(db, 'sk', `SELECT * FROM "table" WHERE ${where}`);
  assert.deepEqual(await sorts(`pk = 'a'`), ['1', '2', '3', '4']);
  assert.deepEqual(await sorts(`pk = 'a' AND sk > 1 AND sk < 4`), ['2', '3']);
  assert.deepEqual(await sorts(`pk = 'a' AND sk > 3 AND sk < 2`), []);
  assert.deepEqual(await sorts(`pk = 'a' AND sk IN [4, 1]`), ['1', '4']);
  assert.deepEqual(await sorts(`pk = 'a' AND (sk = 4 OR sk = 1)`), ['1', '4']);
  assert.deepEqual(await sorts(`pk = 'a' AND pk = 'b'`), []);
  assert.deepEqual(await sorts(`pk = 'a' AND hidden = 'h3'`), ['3']);
  assert.deepEqual(await sorts(`hidden = 'h3'`), ['3']);
  assert.deepEqual(await sorts(`pk > 'a'`), ['1']);
  assert.deepEqual(await sorts(`pk = 'a' AND sk = 1 OR pk = 'a' AND sk > 2`), ['1', '3', '4']);
});

test('ORDER BY sorts within partitions, and the partitions where it names their key', async () => {
  const db = await opened();
  const keys = async (rest: string) =>
    (await items(db, `SELECT pk, sk FROM "table" WHERE ${rest}`)).map(
      ({ pk, sk }) => `${pk?.S}${sk?.N}`,
    );
  assert.deepEqual(await keys(`pk = 'a' ORDER BY sk DESC`), ['a4', 'a3', 'a2', 'a1']);
  assert.deepEqual(await keys(`pk = 'a' AND sk < 3 ORDER BY sk DESC`), ['a2', 'a1']);
  const both = `pk IN ['a', 'b'] ORDER BY pk`;
  assert.deepEqual(await keys(`${both} DESC`), ['b1', 'a1', 'a2', 'a3', 'a4']);
  assert.deepEqual(await keys(`${both}, sk DESC`), ['a4', 'a3', 'a2', 'a1', 'b1']);
  assert.equal(
    await refusal(db, `SELECT * FROM "table" WHERE sk = 1 ORDER BY sk`),
    'ValidationException: Must have at least one non-optional hash key condition in WHERE clause ' +
      'when using ORDER BY clause.',
  );
  assert.equal(
    await refusal(db, `SELECT * FROM "table" WHERE pk = 'a' ORDER BY l`),
    'ValidationException: Variable reference l in ORDER BY clause must be part of the primary key',
  );
});

test('branches that overlap on the sort key are refused, unless they exclude sort keys', async () => {
  const db = await opened();
  const select = `SELECT * FROM "table" WHERE`;
  assert.equal(
    await refusal(db, `${select} pk = 'a' AND hidden = 'h1' OR pk = 'a' AND sk = 2`),
    'ValidationException: Overlapping conditions with range keys are not supported in where clause',
  );
  for (const [left, expected] of [
    [`pk = 'a' AND NOT sk = 1`, ['2', '3', '4']],
    [`pk = 'a' AND sk <> 1`, ['2', '3', '4']],
    [`pk = 'a' AND NOT sk IN [1, 3]`, ['2', '4']],
    [`pk = 'a' AND NOT sk > 5`, ['1', '2', '3', '4']],
  ] as const) {
    const found = await column(db, 'sk', `${select} ${left} OR pk = 'a' AND sk = 2`);
    assert.deepEqual(found, expected, left);
  }
});

test('indexes are read as far as they hold what is asked for', async () => {
  const db = await opened();
  const inIndex = (name: string, list: string, rest: string) =>
    items(db, `SELECT ${list} FROM "table"."${name}" ${rest}`);
  assert.deepEqual(await inIndex('lsi', '*', `WHERE pk = 'a' AND l = 'l2'`), [
    { pk: { S: 'a' }, sk: { N: '2' }, l: { S: 'l2' } },
  ]);
  assert.deepEqual(await inIndex('lsi', 'hidden', `WHERE pk = 'a' AND l = 'l2'`), [
    { hidden: { S: 'h2' } },
  ]);
  assert.equal((await inIndex('gsi', 'shown', `WHERE g = 'g' ORDER BY sk DESC`)).length, 4);
  assert.equal((await inIndex('gsi', 'pk', `WHERE hidden = 'h1'`)).length, 0);
  assert.equal((await inIndex('gsi', 'pk', `WHERE NOT hidden = 'h1'`)).length, 5);
  const invalid = 'ValidationException: One or more parameter values were invalid: ';
  assert.equal(
    await refusal(db, `SELECT hidden FROM "table".gsi WHERE g = 'g'`),
    `${invalid}Global secondary index gsi does not project [hidden]`,
  );
  for (const [index, where] of [
    ['gsi', `g = 'g' AND hidden = 'h1'`],
    ['gsi', `g IN ['g', 'h'] AND NOT begins_with(hidden, 'h')`],
    ['lsi', `pk = 'a' AND l BETWEEN 'l' AND 'm' AND hidden IS MISSING`],
  ] as const) {
    assert.equal(
      await refusal(db, `SELECT pk FROM "table".${index} WHERE ${where}`),
      `${invalid}Secondary index ${index} does not project one or more filter attributes: [hidden]`,
    );
  }
  const { message } = await db.refuses('ExecuteStatement', {
    Statement: `SELECT * FROM "table".gsi WHERE g = 'g'`,
    ConsistentRead: true,
  });
  assert.equal(message, 'Strongly consistent read is not supported on Global Secondary Indexes');
  assert.equal(
    await refusal(db, `SELECT * FROM "table".nope WHERE pk = 'a'`),
    'ValidationException: The table does not have the specified index',
  );
});

test('an index with a key of many attributes is refused, and only that', async () => {
  const db = openTestDatabase();
  const names = ['pk', 'h1', 'h2'];
  await db.call('CreateTable', {
    ...HASH,
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'gsi',
        KeySchema: [
          { AttributeName: 'h1', KeyType: 'HASH' },
          { AttributeName: 'h2', KeyType: 'HASH' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  const refused =
    'PartiQL statements cannot be executed on tables with multi-attribute HASH keys or ' +
    'multi-attribute RANGE keys.';
  assert.equal(
    await refusal(db, `SELECT * FROM hash.gsi WHERE h1 = 5`),
    `ValidationException: ${refused}`,
  );
  assert.deepEqual(await items(db, `SELECT * FROM hash WHERE pk = 'a'`), []);
});

test('pages go on where they ended, with the token of the same statement only', async () => {
  const db = await opened();
  const Statement = `SELECT pk, sk FROM "table" WHERE pk IN ['a', 'b'] AND sk < ?`;
  const Parameters = [{ N: '4' }];
  const found: unknown[] = [];
  let NextToken: string | undefined;
  let pages = 0;
  do {
    const page = await db.call('ExecuteStatement', { Statement, Parameters, Limit: 2, NextToken });
    found.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S}${sk?.N}`));
    NextToken = page.NextToken;
    assert.equal(page.LastEvaluatedKey === undefined, NextToken === undefined);
    pages++;
  } while (NextToken !== undefined);
  assert.deepEqual(found, ['a1', 'a2', 'a3', 'b1']);
  assert.equal(pages, 3);
  const first = await db.call('ExecuteStatement', { Statement, Parameters, Limit: 1 });
  const other = { Statement, Parameters: [{ N: '3' }], NextToken: first.NextToken };
  const mismatch = await db.refuses('ExecuteStatement', other);
  assert.equal(mismatch.message, 'NextToken does not match request');
  const bent = JSON.parse(Buffer.from(first.NextToken ?? '', 'base64').toString()) as unknown[];
  for (const token of [
    'abc',
    ...[
      [bent[0], 9, null],
      [bent[0], 0, { pk: { S: 'b' }, sk: { N: '1' } }],
      [bent[0], 0, {}],
    ].map((place) => Buffer.from(JSON.stringify(place)).toString('base64')),
  ]) {
    const request = { Statement, Parameters, NextToken: token };
    assert.equal((await db.refuses('ExecuteStatement', request)).message, 'Invalid NextToken');
  }
});

test('a page ends with a megabyte, between partitions too', async () => {
  const db = await opened();
  for (const pk of ['x', 'y', 'z']) {
    for (const sk of ['1', '2', '3']) {
      const Item = { pk: { S: pk }, sk: { N: sk }, v: { S: 'v'.repeat(300_000) } };
      await db.call('PutItem', { TableName: 'table', Item });
    }
  }
  const Statement = `SELECT pk FROM "table" WHERE pk IN ['x', 'y', 'z'] AND v = 'none'`;
  const first = await db.call('ExecuteStatement', { Statement, ReturnConsumedCapacity: 'TOTAL' });
  assert.equal(first.ConsumedCapacity?.CapacityUnits, 220);
  assert.deepEqual([first.Items, first.LastEvaluatedKey], [[], undefined]);
  const { NextToken } = first;
  const second = await db.call('ExecuteStatement', {
    Statement,
    NextToken,
    ReturnConsumedCapacity: 'TOTAL',
  });
  assert.equal(second.ConsumedCapacity?.CapacityUnits, 110);
  assert.deepEqual([second.Items, second.NextToken], [[], undefined]);
});

test('a key of the wrong type or without content is told', async () => {
  const db = await opened();
  const mismatch = "Key attribute's data type should match its data type in table's schema: Key";
  assert.equal(
    await refusal(db, `SELECT * FROM "table" WHERE pk = 1`),
    `ValidationException: ${mismatch} pk`,
  );
  assert.equal(
    await refusal(db, `SELECT * FROM "table" WHERE pk = 'a' AND sk BETWEEN 'x' AND 'y'`),
    `ValidationException: ${mismatch} sk`,
  );
  assert.equal(
    await refusal(db, `INSERT INTO hash VALUE {'pk': 1}`),
    `ValidationException: ${mismatch} pk`,
  );
  assert.equal(
    await refusal(db, `INSERT INTO "table" VALUE {'pk': 'x'}`),
    'ValidationException: Key attribute should be present in the item: Key sk',
  );
  for (const statement of [
    `SELECT * FROM hash WHERE pk = ''`,
    `INSERT INTO hash VALUE {'pk': ''}`,
    `DELETE FROM hash WHERE pk = ''`,
  ]) {
    assert.match(await refusal(db, statement), /cannot contain an empty string value\. Key: pk$/);
  }
  const list = Array.from({ length: 51 }, (_, at) => `'${at}'`).join();
  assert.equal(
    await refusal(db, `SELECT * FROM hash WHERE pk IN [${list}]`),
    'ValidationException: Too many decomposed read operations for a given query.',
  );
});

test('an item is inserted once', async () => {
  const db = await opened();
  assert.equal(
    await refusal(db, `INSERT INTO hash VALUE {'pk': 'a'}`),
    'DuplicateItemException: Duplicate primary key exists in table',
  );
  assert.deepEqual((await run(db, `DELETE FROM hash WHERE pk = 'a'`)).Items, []);
  assert.deepEqual((await run(db, `INSERT INTO hash VALUE {'pk': 'a'}`)).Items, []);
  assert.deepEqual(await items(db, `SELECT * FROM hash WHERE pk = 'a'`), [{ pk: { S: 'a' } }]);
});

test('updates change the item that is there, and answer what RETURNING asks for', async () => {
  const db = await opened();
  const update = (rest: string) => items(db, `UPDATE hash ${rest}`);
  const where = `WHERE pk = 'b'`;
  assert.deepEqual(await update(`SET n = n + 1 ${where}`), []);
  assert.deepEqual(await update(`SET n = n - 3, t = 'x' ${where} RETURNING ALL NEW *`), [
    { pk: { S: 'b' }, n: { N: '5' }, t: { S: 'x' } },
  ]);
  assert.deepEqual(await update(`SET n = 1 REMOVE t ${where} RETURNING MODIFIED OLD *`), [
    { n: { N: '5' }, t: { S: 'x' } },
  ]);
  assert.deepEqual(await update(`REMOVE t ${where} RETURNING MODIFIED NEW *`), []);
  assert.deepEqual(
    await update(`SET m.sub = 'q' WHERE pk = 'a' AND n = 5 RETURNING MODIFIED NEW *`),
    [{ m: { M: { sub: { S: 'q' }, deep: { M: { er: { N: '1' } } } } } }],
  );
  const set = `WHERE pk = 'a' RETURNING MODIFIED NEW *`;
  assert.deepEqual(await update(`SET ss = set_add(ss, <<'c'>>) ${set}`), [
    { ss: { SS: ['a', 'b', 'c'] } },
  ]);
  assert.deepEqual(await update(`SET ss = set_delete(ss, <<'a', 'b', 'c'>>) ${set}`), []);
  assert.deepEqual(await items(db, `FROM hash WHERE pk = 'b' SET f = 1 RETURNING MODIFIED NEW *`), [
    { f: { N: '1' } },
  ]);
});

test('writes need the whole key, and fail where their other conditions do', async () => {
  const db = await opened();
  const incomplete =
    'ValidationException: Where clause does not contain a mandatory equality on all key attributes';
  for (const statement of [
    'UPDATE hash SET n = 1',
    'FROM hash REMOVE n',
    `UPDATE hash SET n = 1 WHERE n = 1`,
    `UPDATE hash SET n = 1 WHERE pk = 'a' OR pk = 'b'`,
    `UPDATE hash SET n = 1 WHERE pk IN ['a']`,
    `UPDATE hash SET n = 1 WHERE NOT pk = 'a'`,
    `DELETE FROM "table" WHERE pk = 'a'`,
    `DELETE FROM "table" WHERE pk = 'a' AND sk > 1`,
  ]) {
    assert.equal(await refusal(db, statement), incomplete, statement);
  }
  assert.equal(
    await refusal(db, `UPDATE hash SET n = 1 WHERE pk = 'a' AND pk = 'b'`),
    'ValidationException: Multiple conditions on same key pk. ' +
      'Only single item Update/Insert/Delete are supported',
  );
  const failed = 'ConditionalCheckFailedException: The conditional request failed';
  for (const statement of [
    `UPDATE hash SET n = 1 WHERE pk = 'none'`,
    `UPDATE hash SET n = 1 WHERE pk = 'none' AND attribute_not_exists(pk)`,
    `UPDATE hash SET n = 1 WHERE pk = 'a' AND n = 99`,
    `DELETE FROM hash WHERE pk = 'a' AND attribute_exists(nope)`,
  ]) {
    assert.equal(await refusal(db, statement), failed, statement);
  }
  assert.deepEqual(await items(db, `DELETE FROM hash WHERE pk = 'none' AND n = 1`), []);
  assert.deepEqual(await items(db, `DELETE FROM hash WHERE 'b' = pk RETURNING ALL OLD *`), [
    { pk: { S: 'b' }, n: { N: '7' } },
  ]);
  const Statement = `UPDATE hash SET n = 1 WHERE pk = 'a' AND n = 99`;
  const { fields } = await db.refuses('ExecuteStatement', {
    Statement,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  assert.ok(fields['Item']);
  assert.match(await refusal(db, `UPDATE hash SET pk = 'b' WHERE pk = 'a'`), /Cannot update/);
});

test('consumed capacity is that of the reads and writes that a statement is', async () => {
  const db = await opened();
  const consumed = async (Statement: string, ConsistentRead?: boolean) =>
    (
      await db.call('ExecuteStatement', {
        Statement,
        ConsistentRead,
        ReturnConsumedCapacity: 'INDEXES',
      })
    ).ConsumedCapacity;
  const table = (units: number) => ({ Table: { CapacityUnits: units } });
  assert.deepEqual(await consumed(`SELECT * FROM hash WHERE pk = 'a'`), {
    TableName: 'hash',
    CapacityUnits: 0.5,
    ...table(0.5),
  });
  assert.equal((await consumed(`SELECT * FROM hash WHERE pk = 'a'`, true))?.CapacityUnits, 1);
  assert.deepEqual(await consumed(`SELECT hidden FROM "table".lsi WHERE pk = 'a'`), {
    TableName: 'table',
    CapacityUnits: 2.5,
    ...table(2),
    LocalSecondaryIndexes: { lsi: { CapacityUnits: 0.5 } },
  });
  assert.deepEqual(await consumed(`UPDATE "table" SET g = 'g3' WHERE pk = 'b' AND sk = 1`), {
    TableName: 'table',
    CapacityUnits: 3,
    ...table(1),
    GlobalSecondaryIndexes: { gsi: { CapacityUnits: 2 } },
  });
});

test('EXISTS stands in transactions only, and tables are looked for by name or ARN', async () => {
  const db = await opened();
  assert.equal(
    await refusal(db, `EXISTS(SELECT * FROM hash WHERE pk = 'a' AND n = 1)`),
    'ValidationException: EXISTS can only be used in ExecuteTransaction write requests.',
  );
  assert.equal(
    await refusal(db, `SELECT * FROM nope WHERE pk = 'a'`),
    'ResourceNotFoundException: Requested resource not found',
  );
  assert.match(await refusal(db, `SELECT * FROM "x y"`), /Table name should be within the length/);
  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/hash';
  assert.equal((await items(db, `SELECT * FROM "${arn}"`)).length, 2);
});
