/** The notes of the page: listed, added and removed in a DynamoDB table. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';

const TABLE = process.env.TABLE_NAME;
const NOTEBOOK = 'home';
const TEXT_CHARACTERS_MAX = 1000;

const database = new DynamoDBClient();
const page = await readFile(new URL('page.html', import.meta.url), 'utf8');

const routes = {
  'GET /': async () => html(page),
  'GET /notes': async () => json(200, await listNotes()),
  'POST /notes': async (event) => addNote(readBody(event)),
  'DELETE /notes/{id}': async (event) => {
    await removeNote(event.pathParameters.id);
    return { statusCode: 204 };
  },
};

export async function handler(event) {
  const route = routes[event.routeKey];
  return route ? route(event) : json(404, { message: `No route ${event.routeKey}` });
}

async function listNotes() {
  const { Items = [] } = await database.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: '#notebook = :notebook',
      ExpressionAttributeNames: { '#notebook': 'notebook' },
      ExpressionAttributeValues: { ':notebook': { S: NOTEBOOK } },
      ScanIndexForward: false,
    }),
  );
  return Items.map(({ id, text }) => ({ id: id.S, text: text.S }));
}

async function addNote({ text }) {
  if (typeof text !== 'string' || text.trim() === '' || text.length > TEXT_CHARACTERS_MAX) {
    return json(400, { message: `A note is 1 to ${TEXT_CHARACTERS_MAX} characters of text.` });
  }
  // Time first, so that the table's order is the notes' order.
  const id = `${new Date().toISOString()}-${randomUUID()}`;
  await database.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: { notebook: { S: NOTEBOOK }, id: { S: id }, text: { S: text } },
    }),
  );
  return json(201, { id, text });
}

async function removeNote(id) {
  await database.send(
    new DeleteItemCommand({
      TableName: TABLE,
      Key: { notebook: { S: NOTEBOOK }, id: { S: decodeURIComponent(id) } },
    }),
  );
}

function readBody({ body = '{}', isBase64Encoded }) {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body) ?? {};
  } catch {
    return {};
  }
}

function json(statusCode, value) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}

function html(body) {
  return { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
