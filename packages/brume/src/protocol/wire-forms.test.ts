/** The small forms that protocols are made of: times, base64, header lists, routes, frames, XML. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64Fault, decodeBase64 } from './base64.ts';
import { readCbor } from './cbor-read.ts';
import { encodeFrame, readFrames } from './event-frame.ts';
import { headerListItems, headerListText } from './header-list.ts';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';
import { UriRouter } from './uri-router.ts';
import { parseXml, XmlError } from './xml/parse.ts';
import { escapedText } from './xml/write.ts';

test('timestamps are read exactly, in every format, or not at all', () => {
  const ms = Date.UTC(2026, 10, 22, 10, 20, 30);
  const good: readonly (readonly ['iso8601' | 'rfc822' | 'unixTimestamp', string, number])[] = [
    ['iso8601', '2026-11-22T10:20:30Z', ms],
    ['iso8601', '2026-11-22T10:20:30.123456Z', ms + 123],
    ['iso8601', '2026-11-22T12:50:30+02:30', ms],
    ['iso8601', '2026-11-22T05:20:30-0500', ms],
    ['rfc822', 'Sun, 22 Nov 2026 10:20:30 GMT', ms],
    ['unixTimestamp', '1795342830.5', 1795342830500],
    ['unixTimestamp', '-1', -1000],
  ];
  for (const [format, text, expected] of good) {
    assert.equal(parseTimestamp(text, format)?.getTime(), expected, text);
  }
  const bad: readonly (readonly ['iso8601' | 'rfc822' | 'unixTimestamp', string])[] = [
    ['iso8601', '2026-02-30T10:20:30Z'],
    ['iso8601', '2026-11-22T24:00:00Z'],
    ['iso8601', '2026-11-22'],
    ['rfc822', 'Sun, 22 Foo 2026 10:20:30 GMT'],
    ['unixTimestamp', '1e9'],
    ['unixTimestamp', '9999999999999'],
  ];
  for (const [format, text] of bad) assert.equal(parseTimestamp(text, format), undefined, text);
  const date = new Date(ms);
  assert.equal(formatTimestamp(date, 'iso8601'), '2026-11-22T10:20:30Z');
  assert.equal(formatTimestamp(date, 'rfc822'), 'Sun, 22 Nov 2026 10:20:30 GMT');
  assert.equal(formatTimestamp(new Date(1500), 'unixTimestamp'), '1.5');
});

test('base64 is canonical or refused with what is wrong', () => {
  assert.equal(decodeBase64('aGk=')?.toString(), 'hi');
  for (const text of ['aGk', 'aGl=', 'aG k', 'aGk-', 'a===', '=']) {
    assert.equal(decodeBase64(text), undefined, text);
  }
  assert.equal(base64Fault('aG!='), "Invalid Base64 character: '!'");
});

test('lists in headers survive commas, quotes and dates', () => {
  for (const items of [['a', 'b'], ['a,b', 'c"d\\'], ['']]) {
    assert.deepEqual(headerListItems(headerListText(items, true), false), items[0] ? items : []);
  }
  const dates = ['Mon, 16 Dec 2019 23:48:18 GMT', 'Tue, 17 Dec 2019 23:48:18 GMT'];
  assert.deepEqual(headerListItems(dates.join(', '), true), dates);
});

test('routes prefer literals to labels, labels to greedy ones, and more query to less', () => {
  const route = (name: string, requestUri: string) => ({
    name,
    http: { method: 'GET', requestUri },
  });
  const router = new UriRouter([
    route('label', '/a/{x}'),
    route('literal', '/a/b'),
    route('greedy', '/a/{x+}'),
    route('deep', '/a/{x}/c'),
    route('query', '/a/{x}?acl'),
  ]);
  const find = (target: string) => {
    const found = router.find('GET', target);
    return found && [found.operation.name, found.labels.get('x')];
  };
  assert.deepEqual(find('/a/b'), ['literal', undefined]);
  assert.deepEqual(find('/a/%2F'), ['label', '%2F']);
  assert.deepEqual(find('/a/z/'), ['label', 'z']);
  assert.deepEqual(find('/a/z?acl'), ['query', 'z']);
  assert.deepEqual(find('/a/b/c?z'), ['deep', 'b']);
  assert.deepEqual(find('/a/b//d/'), ['greedy', 'b//d/']);
  assert.equal(find('/a'), undefined);
  assert.equal(find('/__proto__/constructor'), undefined);
  assert.equal(router.find('POST', '/a/b'), undefined);
});

async function* chunked(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function framesOf(bytes: Uint8Array, size = bytes.length) {
  const frames = [];
  for await (const frame of readFrames(chunked(bytes, size))) frames.push(frame);
  return frames;
}

test('frames come back from any chunks, with headers of every type', async () => {
  const frame = {
    headers: new Map<string, string | boolean | number | bigint | Date | Uint8Array>([
      [':event-type', 'Chunk'],
      ['yes', true],
      ['no', false],
      ['count', -5],
      ['big', 2n ** 60n],
      ['time', new Date(1000)],
      ['bytes', Buffer.from('hi')],
    ]),
    payload: Buffer.from('payload'),
  };
  const bytes = Buffer.concat([encodeFrame(frame), encodeFrame(frame)]);
  for (const size of [1, 7, bytes.length]) {
    assert.deepEqual(await framesOf(bytes, size), [frame, frame]);
  }
});

test('a frame with any bit changed, or cut short, is refused', async () => {
  const bytes = encodeFrame({ headers: new Map([['a', 'b']]), payload: Buffer.from('payload') });
  for (let index = 0; index < bytes.length; index++) {
    const broken = Buffer.from(bytes);
    broken[index] = (broken[index] as number) ^ 1;
    await assert.rejects(framesOf(broken), { code: 'SerializationException' });
  }
  await assert.rejects(framesOf(bytes.subarray(0, -1)), { code: 'SerializationException' });
});

test('CBOR is read in every width, and names of the prototype are only names', () => {
  const cases: readonly (readonly [hex: string, value: unknown])[] = [
    ['17', 23],
    ['1903e8', 1000],
    ['3b00000000ffffffff', -4294967296],
    ['f93c00', 1],
    ['f90001', 2 ** -24],
    ['fa47c35000', 100000],
    ['fb3ff199999999999a', 1.1],
    ['7f61616162ff', 'ab'],
    ['9f01820203ff', [1, [2, 3]]],
    ['c11a514b67b0', new Date(1363896240000)],
    ['bf6161f6ff', { a: null }],
  ];
  for (const [hex, value] of cases) assert.deepEqual(readCbor(Buffer.from(hex, 'hex')), value, hex);
  const map = readCbor(Buffer.from('a1695f5f70726f746f5f5fa1617801', 'hex')) as object;
  assert.deepEqual(Object.keys(map), ['__proto__']);
  assert.equal(Object.getPrototypeOf(map), Object.prototype);
  for (const hex of ['', '0101', 'ff', '61ff', 'a10102', '9f', 'c001', '1c', 'e0', '5f6161ff']) {
    assert.throws(() => readCbor(Buffer.from(hex, 'hex')), { code: 'SerializationException' }, hex);
  }
});

test('XML is read with its entities, sections and namespaces, and nothing else', () => {
  const root = parseXml(
    '<?xml version="1.0"?><!-- c --><x:a b=\'1 &quot;\' xmlns:x="u"><c>&#x41;&#66;&amp;<![CDATA[<]]></c><c/></x:a>',
  );
  assert.equal(root.name, 'a');
  assert.equal(root.attributes.get('b'), '1 "');
  assert.deepEqual(
    root.children.map(({ text }) => text),
    ['AB&<', ''],
  );
  for (const text of [
    '',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a>&nbsp;</a>',
    '<a>&#0;</a>',
    '<a>\u0001</a>',
    'x<a/>',
    '<!DOCTYPE a><a/>',
    '<a><!-- </a>',
  ]) {
    assert.throws(() => parseXml(text), XmlError, text);
  }
  const text = 'a<b>&"\r\n\t\u2028é😀';
  assert.equal(parseXml(`<a>${escapedText(text)}</a>`).text, text);
  assert.equal(escapedText('\u0000\ud800'), '\ufffd\ufffd');
});
