/**
 * How much slower than bare `JSON.parse` and `JSON.stringify` is the strict decoding, validating and
 * encoding of DynamoDB's messages? Prints one JSON line: nanoseconds per message, and ratios.
 *
 *     node bench/protocol-json.ts
 */
import assert from 'node:assert/strict';
import { EncodedJson } from '../packages/brume/src/model/encoded-json.ts';
import { dynamodb } from '../packages/brume/src/model/generated/dynamodb.ts';
import { createProtocol } from '../packages/brume/src/protocol/compile.ts';
import { httpRequest } from '../test/support/raw-request.ts';

const ROUNDS = 15;
const CALLS_PER_ROUND = 5_000;

const item = Object.fromEntries(
  Array.from({ length: 16 }, (_, index) => {
    const value =
      index % 4 === 3
        ? { M: { city: { S: 'Oslo' }, zip: { N: String(index) } } }
        : index % 4 === 2
          ? { N: String(index * 1001) }
          : { S: `value number ${index}` };
    return [`attribute${index}`, value];
  }),
);
const putItem = { TableName: 'orders', Item: item, ReturnConsumedCapacity: 'TOTAL' };
const getItemOutput = { Item: item, ConsumedCapacity: { TableName: 'orders', CapacityUnits: 0.5 } };
const storedOutput = { ...getItemOutput, Item: new EncodedJson(JSON.stringify(item)) };

const protocol = createProtocol(dynamodb, 'json');
const body = Buffer.from(JSON.stringify(putItem));
const request = httpRequest({
  method: 'POST',
  headers: [['x-amz-target', 'DynamoDB_20120810.PutItem']],
});
const match = protocol.match(request, undefined);
assert(match);
const getItem = protocol.match(
  httpRequest({ headers: [['x-amz-target', 'DynamoDB_20120810.GetItem']] }),
  undefined,
);
assert(getItem);

const cases = {
  parse: () => JSON.parse(body.toString()) as unknown,
  decodeAndValidate: () => protocol.validate(match, protocol.decode(match, request, body)),
  stringify: () => JSON.stringify(getItemOutput),
  encode: () => protocol.encode(getItem, getItemOutput, 'request'),
  encodeStored: () => protocol.encode(getItem, storedOutput, 'request'),
};
type Name = keyof typeof cases;
const names = Object.keys(cases) as Name[];

/** Medians of rounds in which the cases take turns, so that a busy machine is unfair to none. */
function measure(): Record<Name, number> {
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const run = cases[name];
      const start = process.hrtime.bigint();
      for (let call = 0; call < CALLS_PER_ROUND; call++) run();
      const elapsed = Number(process.hrtime.bigint() - start);
      times.get(name)?.push(elapsed / CALLS_PER_ROUND);
    }
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  return Object.fromEntries(
    names.map((name) => [name, Math.round(median(times.get(name) ?? []))]),
  ) as Record<Name, number>;
}

measure();
const ns = measure();
const ratio = (value: number, base: number) => Math.round((value / base) * 100) / 100;
console.log(
  JSON.stringify({
    bench: 'protocol-json',
    bytes: body.length,
    ns,
    decodeOverParse: ratio(ns.decodeAndValidate, ns.parse),
    encodeOverStringify: ratio(ns.encode, ns.stringify),
    encodeStoredOverStringify: ratio(ns.encodeStored, ns.stringify),
  }),
);
