/** PartiQL through the real SDK: plain and document clients, errors by their classes, paging. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DuplicateItemException,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand as DocumentBatch,
  DynamoDBDocumentClient,
  ExecuteStatementCommand as DocumentStatement,
} from '@aws-sdk/lib-dynamodb';
import { createBrume } from '../../packages/brume/src/brume.ts';

async function opened(t: TestContext) {
  const brume = await createBrume({ memory: true, port: 0 });
  const endpoint = `http://127.0.0.1:${(await brume.listen()).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials });
  t.after(async () => {
    client.destroy();
    await brume.close();
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'Music',
      AttributeDefinitions: [
        { AttributeName: 'Artist', AttributeType: 'S' },
        { AttributeName: 'Track', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'Artist', KeyType: 'HASH' },
        { AttributeName: 'Track', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const documents = DynamoDBDocumentClient.from(client);
  const run = (Statement: string, ...Parameters: unknown[]) =>
    documents.send(
      new DocumentStatement({ Statement, ...(Parameters.length > 0 && { Parameters }) }),
    );
  return { client, documents, run };
}

test('documents are inserted, selected, updated and deleted', async (t) => {
  const { run } = await opened(t);
  const song = { Artist: 'Acme', Track: 1, tags: new Set(['a', 'b']), more: { rank: [1, null] } };
  const text = `INSERT INTO "Music" VALUE {'Artist': ?, 'Track': ?, 'tags': ?, 'more': ?}`;
  assert.deepEqual((await run(text, ...Object.values(song))).Items, []);
  const select = 'SELECT * FROM "Music" WHERE "Artist" = ? AND "Track" = ?';
  assert.deepEqual((await run(select, 'Acme', 1)).Items, [song]);
  const update = `UPDATE "Music" SET more.rank[0] = more.rank[0] + 1
    SET tags = set_delete(tags, <<'a'>>) WHERE Artist = ? AND Track = ? AND more.rank[0] < ?
    RETURNING MODIFIED NEW *`;
  assert.deepEqual((await run(update, 'Acme', 1, 2)).Items, [
    { more: { rank: [2, null] }, tags: new Set(['b']) },
  ]);
  await assert.rejects(run(update, 'Acme', 1, 2), ConditionalCheckFailedException);
  const removal = 'DELETE FROM Music WHERE Artist = ? AND Track = ? RETURNING ALL OLD *';
  const { Items = [] } = await run(removal, 'Acme', 1);
  assert.deepEqual(Items[0]?.['tags'], new Set(['b']));
  assert.deepEqual((await run(select, 'Acme', 1)).Items, []);
});

test('errors are those that the SDK knows', async (t) => {
  const { client, run } = await opened(t);
  const insert = `INSERT INTO "Music" VALUE {'Artist': 'Acme', 'Track': 1}`;
  await run(insert);
  await assert.rejects(run(insert), DuplicateItemException);
  await assert.rejects(run('SELECT * FROM "Films"'), ResourceNotFoundException);
  await assert.rejects(run('SELEKT * FROM "Music"'), {
    name: 'ValidationException',
    message: "Statement wasn't well formed, can't be processed: Expected data manipulation",
  });
  const long = `SELECT * FROM "Music" WHERE Artist = '${'x'.repeat(8192)}'`;
  await assert.rejects(run(long), {
    name: 'ValidationException',
    message: /Member must have length less than or equal to 8192/,
  });
  const other = `INSERT INTO "Music" VALUE {'Artist': 'Acme', 'Track': 2}`;
  const transaction = new ExecuteTransactionCommand({
    TransactStatements: [{ Statement: other }, { Statement: insert }],
  });
  await assert.rejects(client.send(transaction), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    const codes = error.CancellationReasons?.map(({ Code }) => Code);
    assert.deepEqual(codes, ['None', 'DuplicateItem']);
    return true;
  });
  assert.equal((await run('SELECT * FROM "Music"')).Items?.length, 1);
});

test('batches and pages', async (t) => {
  const { client, documents } = await opened(t);
  const inserts = Array.from({ length: 25 }, (_, at) => ({
    Statement: `INSERT INTO "Music" VALUE {'Artist': 'Acme', 'Track': ${at}, 'n': ${at % 5}}`,
  }));
  const inserted = await client.send(new BatchExecuteStatementCommand({ Statements: inserts }));
  assert.equal(inserted.Responses?.filter(({ Error: error }) => error === undefined).length, 25);
  const tooMany = [...inserts, ...inserts];
  await assert.rejects(client.send(new BatchExecuteStatementCommand({ Statements: tooMany })), {
    name: 'ValidationException',
  });
  const found: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ExecuteStatementCommand({
        Statement: `SELECT Track FROM "Music" WHERE Artist = 'Acme' AND n = ? ORDER BY Track DESC`,
        Parameters: [{ N: '3' }],
        Limit: 7,
        NextToken,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    assert.equal(page.ConsumedCapacity?.CapacityUnits, 0.5);
    found.push(...(page.Items ?? []).map(({ Track }) => Number(Track?.N)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  assert.deepEqual(found, [23, 18, 13, 8, 3]);
  const { Responses } = await documents.send(
    new DocumentBatch({
      Statements: [
        {
          Statement: `SELECT n FROM "Music" WHERE Artist = ? AND Track = ?`,
          Parameters: ['Acme', 4],
        },
        { Statement: `SELECT n FROM "Music" WHERE Artist = 'Acme'` },
      ],
    }),
  );
  assert.deepEqual(Responses?.[0], { TableName: 'Music', Item: { n: 4 } });
  assert.equal(Responses?.[1]?.Error?.Code, 'ValidationError');
});
