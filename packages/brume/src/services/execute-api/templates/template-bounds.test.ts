/** Templates that are hostile or nonsense: a text or a TemplateError, soon, and nothing else changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FOREACH_ITERATIONS_MAX, TEMPLATE_BYTES_MAX } from './limits.ts';
import { errorOf, render, renderWith, scopeOf } from './scope.fixture.ts';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

const LONG = process.env['BRUME_TEST_LONG'] === '1';

test('a loop leaves after 1,000 turns, without an error', () => {
  assert.equal(render('#foreach($i in [1..5000])x#end').length, FOREACH_ITERATIONS_MAX);
  const body = JSON.stringify(Array.from({ length: 2_000 }, () => 1));
  assert.equal(render("#foreach($i in $input.path('$'))x#end", { body }).length, 1_000);
});

test('a template of 300 KB is read, one byte more is not', () => {
  assert.equal(render('x'.repeat(TEMPLATE_BYTES_MAX)).length, TEMPLATE_BYTES_MAX);
  assert.equal(errorOf('é'.repeat(TEMPLATE_BYTES_MAX / 2 + 1))?.kind, 'limit');
});

test('what runs away, grows or nests without end meets a limit', () => {
  const doubled = (statement: string): string => `#foreach($i in [1..100])${statement}#end`;
  const large = '#set($s = "xxxxxxxxxx")#foreach($i in [1..19])#set($s = "$s$s")#end';
  const often = (statement: string): string =>
    `#foreach($a in [1..1000])#foreach($b in [1..1000])${statement}#end#end`;
  const hostile = {
    copies: large + often('#set($t = $s.toUpperCase())'),
    hashes: large + often('#set($t = $s.hashCode())'),
    searches: large + often('#set($t = $s.indexOf("xy"))'),
    longSearch: `${large}#set($h = $s.substring(1))#set($x = $s.contains("y$h"))`,
    held: `${large}#set($l = [])${often('#set($x = $l.add($util.base64Encode($s.substring(9))))')}`,
    parsed: `#set($j = "[1")#foreach($i in [1..17])#set($j = "$j,$j.substring(1)")#end${often('#set($x = $util.parseJson("$j]"))')}`,
    listSearch: `#set($l = [1..99999])${often('#set($x = $l.indexOf(-1))')}`,
    listCopies: `#set($l = [1..99999])${often('#set($x = $l.toArray())')}`,
    loops:
      '#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#end#end#end',
    text: `#set($s = "aaaaaaaa")${doubled('#set($s = "$s$s")')}`,
    sum: `#set($s = "aaaaaaaa")${doubled('#set($s = $s + $s)')}`,
    replace: `#set($s = "aaaa")${doubled('#set($s = $s.replace("a", "aaaa"))')}`,
    list: `#set($l = [1..99])${doubled('#set($x = $l.addAll($l))')}`,
    sharing: `#set($l = [1])${doubled('#set($l = [$l, $l])')}$l`,
    equal: `#set($a = [1])#set($b = [1])${doubled('#set($a = [$a, $a])#set($b = [$b, $b])')}#if($a == $b)#end`,
    cycle: '#set($m = {})#set($m.m = $m)$m',
    cyclicJson: "#set($d = $input.path('$'))#set($d.d = $d)$input.json('$')",
    cyclicScan: "#set($d = $input.path('$'))#set($d.d = $d)$input.json('$..x')",
    integer: `#set($n = 9)${doubled('#set($n = $n * $n)')}`,
    block: '#define($b)$b#end$b',
    range: '#set($r = [1..999999999])',
    pattern: `#set($s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")$s.matches("(a+)+b")`,
    output: '#set($s = "aaaaaaaaaa")#foreach($i in [1..1000])#foreach($j in [1..1000])$s$s#end#end',
    brackets: '('.repeat(200_000),
    ifs: '#if(true)'.repeat(20_000),
    parentheses: `#set($x = ${'('.repeat(50_000)}`,
    lists: `#set($x = ${'['.repeat(50_000)}`,
    nots: `#if(${'!'.repeat(100_000)}$x)#end`,
    texts: `#set($x = ${'"$x.y('.repeat(500)}`,
  };
  for (const [name, template] of Object.entries(hostile)) {
    const error = errorOf(template, { body: '{"a":1}' });
    if (name !== 'brackets')
      assert.ok(['limit', 'syntax'].includes(error?.kind ?? ''), `${name}: ${error?.message}`);
  }
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.equal(errorOf("$input.json('$')", { body: deep })?.kind, 'limit');
});

test("Java's and JavaScript's insides are out of reach", () => {
  const names = [
    'class',
    'getClass()',
    '__proto__',
    'constructor',
    'prototype',
    'valueOf',
    'items',
    'entries',
  ];
  names.push(
    'class.forName("java.lang.Runtime")',
    'constructor.constructor("return 1")()',
    'hasOwnProperty("a")',
  );
  names.push(
    '__defineGetter__',
    'toLocaleString()',
    'fromJson',
    'frozen',
    'call("x")',
    'text()',
    'length',
  );
  const set = '#set($s = "x")#set($l = [1])#set($m = {})#set($n = 1)#set($b = true)';
  const roots = ['input', 'util', 'context', 'stageVariables', 'foreach', 's', 'l', 'm', 'n', 'b'];
  for (const name of names) {
    for (const root of roots) {
      const reach = name.startsWith('_') ? `["${name}"]` : `.${name}`;
      const out = render(`${set}$${root}${reach}`);
      assert.match(out, /^[()]*$/, `$${root}${reach}`);
    }
  }
});

test('names of JavaScript in data and templates are names like others', () => {
  const data = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}';
  const template = `#set($d = $input.path('$'))$d.__proto__ $d.get("__proto__").polluted $d.constructor.prototype.polluted
#set($m = {})#set($m["__proto__"] = $d)#set($m.constructor = 1)#set($x = $m.put("toString", 2))
#set($prototype = 1)#set($constructor = 2)#set($hasOwnProperty = 3)$prototype$constructor$hasOwnProperty
#set($context.responseOverride.header["__proto__"] = "x")#set($context.requestOverride["constructor"] = "y")$m.size()`;
  assert.match(render(template, { body: data }), /^\{\}?.*1 2\n123\n3$/s);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.equal(Object.getPrototypeOf({}), Object.prototype);
});

const word = fc.constantFrom(
  ...[
    '#set(',
    '#if(',
    '#else',
    '#elseif(',
    '#end',
    '#foreach(',
    '#define(',
    '#macro(',
    '#stop',
    '#break',
  ],
  ...[
    '$a',
    '$b',
    '${',
    '$!{',
    '$input',
    '$util',
    '$context',
    '.path(',
    '.json(',
    '.put(',
    '.get(',
    '.replaceAll(',
  ],
  ...[
    "'$'",
    "'$..a'",
    '"',
    "'",
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '..',
    '.',
    ' in ',
    '=',
    '==',
    '+',
    '-',
  ],
  ...[
    '*',
    '/',
    '%',
    '!',
    '&&',
    '||',
    '1',
    '2.5',
    'true',
    'null',
    '\\',
    '#',
    '$',
    '##',
    '#*',
    '*#',
    '#[[',
    ']]#',
  ],
  ...[' ', '\n', 'x', '.size()', '.a', '[0]', '__proto__', '\u2028', '\ud800', '\0'],
);

test('any text is a template or a TemplateError', () => {
  const random = fc.oneof(
    fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  const body = fc.oneof(fc.json(), fc.string());
  fc.assert(
    fc.property(random, body, (template, body) => {
      const scope = scopeOf({ body });
      try {
        assert.equal(typeof compileTemplate(template)(scope), 'string');
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error));
        assert.ok(error.line >= 1 && error.column >= 1);
      }
    }),
    { numRuns: LONG ? 100_000 : 3_000 },
  );
});

test('text without dollars, hashes and backslashes is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const plain = text.replaceAll(/[$#\\]/g, '');
      assert.equal(render(plain), plain);
    }),
  );
});

test('any JSON goes through $input.json and $util.parseJson unchanged', () => {
  const json = fc.json().filter((text) => !text.includes('e'));
  fc.assert(
    fc.property(json, (body) => {
      assert.deepEqual(JSON.parse(render("$input.json('$')", { body })), JSON.parse(body));
    }),
  );
  const text = fc.string();
  fc.assert(
    fc.property(text, (value) => {
      const body = JSON.stringify(value);
      const escaped = render("$util.escapeJavaScript($input.path('$'))", { body }).replaceAll(
        "\\'",
        "'",
      );
      assert.equal(JSON.parse(`"${escaped}"`), value);
      const round = (name: string): string =>
        `$util.${name}Decode($util.${name}Encode($input.path('$')))`;
      assert.equal(render(`${round('url')}${round('base64')}`, { body }), value + value);
    }),
  );
});

test('integers calculate as they do in Java, of any size', () => {
  const number = fc.maxSafeInteger();
  const operator = fc.constantFrom('+', '-', '*', '/', '%');
  fc.assert(
    fc.property(number, operator, number, (left, sign, right) => {
      const a = BigInt(left);
      const b = BigInt(right);
      const results = new Map([
        ['+', a + b],
        ['-', a - b],
        ['*', a * b],
        ['/', b === 0n ? undefined : a / b],
        ['%', b === 0n ? undefined : a % b],
      ]);
      const out = renderWith(`#set($r = $a ${sign} $b)$!r`, { a: left, b: right });
      assert.equal(out, String(results.get(sign) ?? ''));
    }),
  );
});

test('an error says where it is', () => {
  const where = (template: string): string => {
    const error = errorOf(template);
    return `${error?.kind} ${error?.line}:${error?.column}`;
  };
  assert.equal(where('a\nb #if(true)\n c'), 'syntax 3:3');
  assert.equal(where('#end'), 'syntax 1:5');
  assert.equal(where('x\n  ${a b}'), 'syntax 2:6');
  assert.equal(where('#set($a = [1])\n\n $a.get(5)'), 'runtime 3:2');
  assert.equal(where('#set($a = "abc")\n#set($b = $a.substring(9))'), 'runtime 2:11');
});
