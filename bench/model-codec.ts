/**
 * How long do an item's encoding and decoding take, as a multiple of the SDK's marshall and unmarshall?
 *
 * The item has 16 attributes: text, numbers, booleans, two dates, a list of texts, a nested map and a
 * list of five maps. The SDK is given the dates as their text, which it cannot convert itself.
 * Rounds alternate between the two, and the result is the median of the rounds' ratios. `unmarshall` is
 * some three times as fast once anything has looped over objects of the same shape with `for … in` (V8
 * then has their keys at hand): it is measured in that state, the better for it.
 */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeMap } from '../packages/model/src/attribute-value.ts';
import * as native from '../packages/model/src/attribute-value.ts';
import { convert } from '../packages/model/src/codec/codec.ts';
import { compileFields } from '../packages/model/src/codec/compile.ts';
import { fieldsOf } from '../packages/model/src/schema/attributes.ts';
import { median, report } from './measure.ts';
import { attributes, plainItem, typedItem } from './model/item.ts';

const ITEMS_PER_ROUND = 500;
const ROUNDS = 60;

const codec = compileFields(fieldsOf(attributes));
const item = typedItem(1);
const plain = plainItem(1);
const stored = marshall(plain) as AttributeMap;

function timeUs(run: () => unknown): number {
  const started = process.hrtime.bigint();
  for (let count = 0; count < ITEMS_PER_ROUND; count++) run();
  return Number(process.hrtime.bigint() - started) / 1000 / ITEMS_PER_ROUND;
}

function compare(question: string, ours: () => unknown, theirs: () => unknown): void {
  for (let warm = 0; warm < 10; warm++) {
    timeUs(ours);
    timeUs(theirs);
  }
  const times = Array.from({ length: ROUNDS }, () => [timeUs(ours), timeUs(theirs)] as const);
  report({
    question,
    us: median(times.map(([our]) => our)),
    sdkUs: median(times.map(([, their]) => their)),
    ratio: median(times.map(([our, their]) => our / their)),
  });
}

native.unmarshall(stored); // Loops with for … in: see above.
const decode = () => convert((pending) => codec.decodeMap(stored, pending, false));
const encode = () => convert((pending) => codec.encodeMap(item, pending));
compare('model-codec decode', decode, () => unmarshall(stored));
compare('model-codec encode', encode, () => marshall(plain));
compare(
  'model-codec unmarshall',
  () => native.unmarshall(stored),
  () => unmarshall(stored),
);
compare(
  'model-codec marshall',
  () => native.marshall(plain),
  () => marshall(plain),
);
