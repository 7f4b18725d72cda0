import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { enumOrder } from './enum-order.ts';
import { apigateway } from './generated/apigateway.ts';
import { dynamodb } from './generated/dynamodb.ts';
import { lambda } from './generated/lambda.ts';
import { logs } from './generated/logs.ts';

test('enums of the models come out in the order that AWS was recorded to list them in', (t) => {
  const recorded = path.join(import.meta.dirname, '../../../../../shared/recorded');
  if (!existsSync(recorded)) return t.skip('../shared/recorded is not here');
  const enums = [apigateway, dynamodb, lambda, logs].flatMap((model) =>
    Object.values(model.shapes).flatMap((shape) => (shape.enum ? [shape.enum] : [])),
  );
  let compared = 0;
  const listed = new Set(
    globSync(`${recorded}/{apigateway,dynamodb,lambda,logs}/*.json`)
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/enum value set: \[([^\]]+)\]/g)])
      .map(([, values]) => values as string),
  );
  for (const text of listed) {
    const values = text.split(', ');
    const modelled = enums.find(
      (each) => each.length === values.length && each.every((value) => values.includes(value)),
    );
    if (!modelled) continue;
    assert.deepEqual(enumOrder(modelled), values);
    compared += 1;
  }
  assert(compared >= 10, `${compared} enums compared`);
  return undefined;
});

test('the orders that dynalite recorded from DynamoDB come out too', () => {
  for (const values of [
    ['INDEXES', 'TOTAL', 'NONE'],
    ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
    ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
    ['B', 'N', 'S'],
    ['ALL', 'INCLUDE', 'KEYS_ONLY'],
  ]) {
    assert.deepEqual(enumOrder(values.toSorted()), values);
  }
});
