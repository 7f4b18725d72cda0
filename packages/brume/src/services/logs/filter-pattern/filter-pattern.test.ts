import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../model/aws-error.ts';
import { compileFilterPattern } from './filter-pattern.ts';

function matches(pattern: string, message: string): boolean {
  return compileFilterPattern(pattern).matches(message);
}

function check(pattern: string, yes: readonly string[], no: readonly string[]): void {
  for (const message of yes) assert.ok(matches(pattern, message), `${pattern} for ${message}`);
  for (const message of no) assert.ok(!matches(pattern, message), `${pattern} not for ${message}`);
}

function refused(pattern: string, message = 'Invalid filter pattern'): void {
  assert.throws(() => compileFilterPattern(pattern), {
    code: 'InvalidParameterException',
    message,
  });
}

test('nothing, or spaces, match everything', () => {
  check('', ['', 'x'], []);
  check('   ', ['x'], []);
});

test('terms must all be there, whatever their order, and case counts', () => {
  check(
    'ERROR ARGUMENTS',
    ['[ERROR 400] ARGUMENTS missing', 'ARGUMENTS ERROR'],
    ['ERROR', 'error'],
  );
  check('ERROR', ['UNERRORED'], ['Error']);
});

test('phrases are in quotes, and may have quotes inside', () => {
  check('"INTERNAL SERVER ERROR"', ['500 INTERNAL SERVER ERROR'], ['INTERNAL ERROR SERVER']);
  check(String.raw`"say \"hi\""`, ['they say "hi"'], ['say hi']);
});

test('a minus excludes', () => {
  check('ERROR -EXITING', ['ERROR now'], ['ERROR EXITING', 'fine']);
  check('-"not this"', ['that'], ['it is not this']);
});

test('optional terms: any will do, and none counts beside others', () => {
  check('?ERROR ?"out of"', ['an ERROR', 'out of it'], ['fine']);
  check('REQUIRED ?ERROR', ['REQUIRED'], ['ERROR']);
});

test('regular expressions have no groups, and find their match anywhere', () => {
  check('%AUTHORIZED%', ['UNAUTHORIZED', 'AUTHORIZED'], ['authorized']);
  check('%^[hc]at%', ['hat', 'cat is'], ['that', 'bat']);
  check('%[hc]at$%', ['a hat'], ['hat is']);
  check('%colou?r%', ['color', 'colour'], ['colouur']);
  check('%a{3,5}$%', ['aaa', 'baaaaa'], ['aa']);
  check('%gra|ey%', ['grab', 'they'], ['grxy']);
  check(String.raw`%\d{3}-\d+ \x28x%`, ['123-4 (x'], ['12-4 (x']);
  check('%ab*c+.d%', ['accxd', 'abbbcxd'], ['abxd']);
  check('%10\\.10\\.0\\.1%', ['10.10.0.1'], ['10a10b0c1']);
  check(String.raw`%[^a\]]x%`, ['bx'], ['ax', ']x']);
  refused('%something!%', "Invalid character(s) in term 'something!'");
  refused('%(a)%', "Invalid character(s) in term '(a)'");
  for (const bad of ['%a{999}{999}%', '%a{5,2}%', '%[z-a]%', '%[a%', '%*%', '%%']) refused(bad);
});

test('the time of a regular expression is linear in the message', () => {
  const pattern = compileFilterPattern('%a*a*a*a*a*a*a*a*a*a*a*a*$b%');
  assert.equal(pattern.matches('a'.repeat(200_000)), false);
});

test('JSON: comparisons of numbers and texts', () => {
  check('{ $.a = 1 }', ['{"a":1}', '{"a":1.0}', '{"a":"1"}'], ['{"a":2}', '{}', 'a=1', '[]']);
  check('{ $.latency >= 1e3 }', ['{"latency":1000}'], ['{"latency":999}', '{"latency":"slow"}']);
  check('{ $.t < -0.5 }', ['{"t":-1}'], ['{"t":0}']);
  check('{$.name="a*c"}', ['{"name":"abc"}', '{"name":"ac"}'], ['{"name":"abcd"}']);
  check('{ $.ip = 10.0.* }', ['{"ip":"10.0.0.1"}'], ['{"ip":"10.1.0.1"}']);
  check('{ $.name != "a" }', ['{"name":"b"}'], ['{"name":"a"}', '{}']);
  check('{ $.name = %^a[0-9]% }', ['{"name":"a1"}'], ['{"name":"ba1"}']);
});

test('JSON: paths through objects and lists', () => {
  check('{ $.a.b[1].c = 3 }', ['{"a":{"b":[0,{"c":3}]}}'], ['{"a":{"b":[{"c":3}]}}']);
  check('{ $.list[*].id = 2 }', ['{"list":[{"id":1},{"id":2}]}'], ['{"list":[{"id":1}]}']);
  check("{ $['a.b'] = 1 }", ['{"a.b":1}'], ['{"a":{"b":1}}']);
  check('{ $.__proto__.x = 1 }', ['{"__proto__":{"x":1}}'], ['{}']);
  check('{ $.constructor NOT EXISTS }', ['{}'], ['{"constructor":1}']);
});

test('JSON: null, booleans and absence', () => {
  check('{ $.a IS NULL }', ['{"a":null}'], ['{"a":0}', '{}']);
  check('{ $.a is true }', ['{"a":true}'], ['{"a":"true"}']);
  check('{ $.a IS FALSE }', ['{"a":false}'], ['{"a":null}']);
  check('{ $.a NOT EXISTS }', ['{"b":1}'], ['{"a":null}']);
});

test('JSON: && binds closer than ||, parentheses closest', () => {
  check('{ $.a = 1 && $.b = 1 || $.c = 1 }', ['{"c":1}', '{"a":1,"b":1}'], ['{"a":1}']);
  check('{ $.a = 1 && ($.b = 1 || $.c = 1) }', ['{"a":1,"c":1}'], ['{"c":1}']);
});

test('fields between spaces, by position', () => {
  const message =
    '127.0.0.1 frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  check('[ip, user, time, request, status = 4*, bytes > 1000]', [message], [`${message} more`]);
  check('[ip, user, time, request = *html*, status = 404, bytes]', [message], []);
  check('[..., status = 4*, bytes]', [message, '404 1'], ['404']);
  check('[ip, ...]', [message, 'x'], ['']);
  check('[ip, ..., bytes >= 1534]', [message], ['x 1']);
  check('[a = "x y" || a = z]', ['"x y"', 'z'], ['x']);
  check('[w1 = ERROR && w1 != WARN, w2]', ['ERROR x'], ['WARN x', 'ERROR']);
  check('[=x, !=y]', ['x z'], ['x y']);
  check('[]', ['a b'], []);
});

test('what a pattern names can be had', () => {
  const fields = compileFilterPattern('[ip, ..., status = 4*, bytes, =x]');
  const extracted = { $ip: '1.1.1.1', $status: '404', $bytes: '9', $4: 'x' };
  assert.deepEqual(fields.extract('1.1.1.1 a b 404 9 x'), extracted);
  const json = compileFilterPattern('{ $.a.b = 1 || $.c = "x" }');
  assert.deepEqual(json.extract('{"a":{"b":1}}'), { '$.a.b': '1' });
});

test('what is no pattern is refused in AWS’s words', () => {
  refused('{ $.a = 1', "If a filter pattern starts with '{' it must end with '}'");
  refused('[a, b', "If a filter pattern starts with '[' it must end with ']'");
  refused('a.b', "Invalid character(s) in term 'a.b'");
  refused('""', `Invalid character(s) in term '""'`);
  refused('"open');
  for (const bad of [
    '{}',
    '{ a = 1 }',
    '{ $.a }',
    '{ $.a == 1 }',
    '{ $.a = 1 && }',
    '{ ($.a = 1 }',
  ]) {
    refused(bad);
  }
  for (const bad of ['[a b]', '[..., ...]', '[a = ]', '[a = 1 && b = 2]', '{ $.a > "x" }']) {
    refused(bad);
  }
});

test('any text is a pattern or is refused, and then any message can be tested', () => {
  const piece = fc.constantFrom(
    ...Array.from('{}[](),.*?-%"\'\\$=<>!&| a1'),
    '$.a',
    '&&',
    '||',
    '...',
    'IS',
    'NULL',
    'NOT',
    'EXISTS',
    '"x"',
    '%a+%',
    '{1,2}',
  );
  const pattern = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
  const wrapped = fc.oneof(
    pattern,
    pattern.map((text) => `{ $.a = 1 ${text} }`),
    pattern.map((text) => `[a, ${text}]`),
    pattern.map((text) => `%${text}%`),
  );
  const message = fc.oneof(fc.string(), fc.json(), fc.constant('{"a":1}'));
  fc.assert(
    fc.property(wrapped, message, (text, subject) => {
      try {
        const compiled = compileFilterPattern(text);
        assert.equal(typeof compiled.matches(subject), 'boolean');
        for (const value of Object.values(compiled.extract(subject))) {
          assert.equal(typeof value, 'string');
        }
      } catch (error) {
        assert.ok(error instanceof AwsError, String(error));
        assert.equal(error.code, 'InvalidParameterException');
      }
    }),
    { numRuns: process.env['BRUME_TEST_LONG'] === '1' ? 100_000 : 3000 },
  );
});

test('regular expressions find what JavaScript’s find', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\d`, String.raw`\w`);
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{1,3}');
  const sequence = fc
    .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 })
    .map((atoms) => atoms.map((parts) => parts.join('')).join(''));
  const expression = fc
    .tuple(fc.constantFrom('', '^'), sequence, fc.constantFrom('', '$', '|b'))
    .map((parts) => parts.join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 12 });
  fc.assert(
    fc.property(expression, text, (source, subject) => {
      assert.equal(matches(`%${source}%`, subject), new RegExp(source).test(subject));
    }),
    { numRuns: 3000 },
  );
});
