/** Requests to DynamoDB, as SDKs send them but for the signature, which nobody checks. */

export const dynamodbHeaders = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20261122T120000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, ' +
    `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
});

/** Sends one, and throws for a refusal. */
export async function callDynamoDB(
  port: number,
  operation: string,
  input: unknown,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: dynamodbHeaders(operation),
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
  return response.json();
}

/** A table with keys of strings; resolves when it is active. */
export async function createTable(
  port: number,
  TableName: string,
  ...keys: readonly string[]
): Promise<void> {
  await callDynamoDB(port, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at ? 'RANGE' : 'HASH' })),
  });
  const isActive = async () =>
    JSON.stringify(await callDynamoDB(port, 'DescribeTable', { TableName })).includes('ACTIVE');
  while (!(await isActive()));
}
