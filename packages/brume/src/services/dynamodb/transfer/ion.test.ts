/** Ion text as AWS's documentation shows it, and as people write it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAttributeMap } from './attribute-json.ts';
import { IonProblem, parseIonStruct } from './ion-reader.ts';
import { ionDecimal, ionStruct } from './ion-writer.ts';

/** Developer Guide, "DynamoDB table export output format", 2022. */
const BOOK =
  '$ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1","Author2"],Dimensions:"8.5 x 11.0 x 1.5",' +
  'ISBN:"333-3333333333",Id:103.,InPublication:false,PageCount:6d2,Price:2d3,Title:"Book 103"}}';
const BOOK_ITEM = {
  Authors: { SS: ['Author1', 'Author2'] },
  Dimensions: { S: '8.5 x 11.0 x 1.5' },
  ISBN: { S: '333-3333333333' },
  Id: { N: '103' },
  InPublication: { BOOL: false },
  PageCount: { N: '600' },
  Price: { N: '2000' },
  Title: { S: 'Book 103' },
};

test('the example of the documentation is written as it is shown, and read', () => {
  assert.equal(`$ion_1_0 {Item:${ionStruct(BOOK_ITEM)}}`, BOOK);
  const { Item } = parseIonStruct(BOOK);
  assert.deepEqual(Item?.M?.['Authors'], BOOK_ITEM.Authors);
  assert.deepEqual(Item?.M?.['PageCount'], { N: '6e2' });
});

test('numbers are decimals', () => {
  const written = ['0', '-1.5', '0.001', '1000000', '-12', '120.5'].map(ionDecimal);
  assert.deepEqual(written, ['0.', '-1.5', '1d-3', '1d6', '-12.', '120.5']);
});

test('what Ion has more than JSON is read', () => {
  const text = `// a comment
    { 'a b' : note::'sym\\'bol', "q": word, long: '''two ''' /* and */ '''parts''', x: 0xFF,
      i: 1_000, e: -1.5e3, b: {{ aG k= }}, n: null.string, s: "\\x41\\u00e9\\U0001F600\\n", l: [1, [],], }`;
  assert.deepEqual(Object.fromEntries(Object.entries(parseIonStruct(text))), {
    'a b': { S: "sym'bol" },
    q: { S: 'word' },
    long: { S: 'two parts' },
    x: { N: '255' },
    i: { N: '1000' },
    e: { N: '-1.5e3' },
    b: { B: 'aGk=' },
    n: { NULL: true },
    s: { S: 'Aé😀\n' },
    l: { L: [{ N: '1' }, { L: [] }] },
  });
});

test('what is no Ion, or has no type, is refused', () => {
  const texts = [
    '',
    '{',
    '{a}',
    '{a:1',
    '{a:1}}',
    '{a:2026-11-22}',
    '{a:{{"clob"}}}',
    '[1]',
    '{a:nan}',
  ];
  for (const text of [...texts, '{a:$dynamodb_NS::["1"]}', `{a:${'['.repeat(1e5)}`]) {
    assert.throws(() => parseIonStruct(text), IonProblem, text.slice(0, 20));
  }
});

test('any text is read or refused, and what is read is attributes', () => {
  const piece = fc.constantFrom(
    ...Array.from('{}[]:,"\'\\ \n'),
    '::',
    "'''",
    '{{',
    '}}',
    '1',
    'a',
    '/*',
    '//',
    'null.',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        assert.ok(isAttributeMap(parseIonStruct(pieces.join(''))));
      } catch (error) {
        if (!(error instanceof IonProblem)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
