/** `$input`, `$util`, `$context` and `$stageVariables`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overridesOf, templateContext } from './scope.ts';
import { errorOf, render, scopeOf } from './scope.fixture.ts';
import { compileTemplate } from './template.ts';

test('$input.body is the payload, and {} for none', () => {
  // Recorded from AWS 2025-03-19 (test_input_body_formatting).
  assert.equal(render('$input.body'), '{}');
  assert.equal(render('$input.body', { body: 'some raw data' }), 'some raw data');
  assert.equal(render('{$input.body.some}', { body: '{"some": "value"}' }), '{}');
  const form =
    'EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.x)';
  assert.equal(
    render(form, { body: '{"some": "value"}' }),
    'EncodedBody=%7B%22some%22%3A+%22value%22%7D&EncodedBodyAccess=',
  );
  assert.equal(
    render(form, { body: 'some raw data' }),
    'EncodedBody=some+raw+data&EncodedBodyAccess=',
  );
});

test('$input.json gives JSON, $input.path values; neither finds what is not there', () => {
  const body = '{"a": {"b": [1, "two", null, {"c": true}]}, "s": "q\\"\\u00e9"}';
  assert.equal(render("$input.json('$.a')", { body }), '{"b":[1,"two",null,{"c":true}]}');
  assert.equal(render("$input.json('$.s') $input.path('$.s')", { body }), '"q\\"é" q"é');
  assert.equal(render("$input.json('$.x')|$input.path('$.x')|", { body }), '""||');
  assert.equal(render("$input.json('$')"), '{}');
  assert.equal(render("$input.path('$').a.b[3].c $input.path('$.a.b').size()", { body }), 'true 4');
  assert.equal(render("#if($input.path('$.x') == '')none#end", { body }), 'none');
});

test('members stay in order, whatever their names, and the last of equal ones counts', () => {
  const body = '{"b": 1, "2": {"\\u0061": [true, false]}, "1": -0, "b": "x:,]"}';
  assert.equal(render("$input.json('$')", { body }), '{"b":"x:,]","2":{"a":[true,false]},"1":0}');
  assert.equal(render("$input.path('$').keySet()", { body }), '[b, 2, 1]');
});

test('a payload that is no JSON fails only templates that read JSON', () => {
  assert.equal(render('ok', { body: 'no' }), 'ok');
  const error = errorOf("line\n  $input.json('$')", { body: 'no' });
  assert.deepEqual([error?.kind, error?.line, error?.column], ['body', 2, 3]);
  assert.match(error?.message ?? '', /^Could not parse request body into json: /);
  assert.equal(errorOf("$input.json('$[')")?.kind, 'runtime');
});

test('$input.params looks in the path, the query and the headers', () => {
  const parameters = {
    path: { id: 'p' },
    querystring: { id: 'q', only: 'query' },
    header: { 'X-Id': 'h', only: 'header' },
  };
  const all =
    "$input.params('id') $input.params('only') $input.params('x-id')|$input.params('no')|";
  assert.equal(render(all, { parameters }), 'p query h||');
  assert.equal(
    render("$input.params().path.id $input.params().header.get('X-Id')", { parameters }),
    'p h',
  );
  assert.equal(render('$input.params().keySet()', { parameters }), '[path, querystring, header]');
});

test('the pass-through template of many an integration renders to JSON', () => {
  const text = `#set($all = $input.params())
{
"body": $input.json('$'),
"params": {
#foreach($kind in $all.keySet())
  #set($values = $all.get($kind))
  "$kind": {
    #foreach($name in $values.keySet())
    "$name": "$util.escapeJavaScript($values.get($name))"#if($foreach.hasNext),#end
    #end
  }#if($foreach.hasNext),#end
#end
},
"stage": { "url": "$stageVariables.url" },
"context": { "method": "$context.httpMethod", "ip": "$context.identity.sourceIp", "key": "$context.identity.apiKey" }
}`;
  const parameters = { path: {}, querystring: { q: 'a"b' }, header: { A: '1', B: '2' } };
  const out = render(text, { body: '{"x":1}', parameters, stageVariables: { url: 'u' } });
  assert.deepEqual(JSON.parse(out), {
    body: { x: 1 },
    params: { path: {}, querystring: { q: 'a"b' }, header: { A: '1', B: '2' } },
    stage: { url: 'u' },
    context: { method: 'GET', ip: '192.0.2.1', key: '' },
  });
});

test('$util escapes, encodes, decodes and parses', () => {
  const body = JSON.stringify(`'"/\\\n\u00e9\u2028`);
  const escaped = String.raw`\'\"\/\\\n\u00E9\u2028`;
  assert.equal(render("$util.escapeJavaScript($input.path('$'))", { body }), escaped);
  assert.equal(render('$util.urlEncode("a b&c~é*\'")'), 'a+b%26c%7E%C3%A9*%27');
  assert.equal(render("$util.urlDecode('a+b%26%C3%A9')"), 'a b&é');
  assert.equal(render("$util.base64Encode('hé') $util.base64Decode('aMOp')"), 'aMOp hé');
  assert.equal(
    render(`#set($o = $util.parseJson('{"a":[1,{"b":2}]}'))$o.a[1].b $o`),
    '2 {a=[1,{"b":2}]}',
  );
  assert.equal(errorOf("$util.parseJson('{')")?.kind, 'runtime');
  assert.equal(errorOf("$util.urlDecode('%zz')")?.kind, 'runtime');
});

test('overrides are kept for whoever reads them, and the response template sees those of the request', () => {
  const scope = scopeOf({ body: '{"a":1}' });
  compileTemplate(
    `#set($context.requestOverride.path.body = $input.body)
     #set($context.requestOverride.header['X-A'] = "x")
     #set($context.responseOverride.status = 444)`,
  )(scope);
  assert.equal(compileTemplate('$context.requestOverride.path.body')(scope), '{"a":1}');
  compileTemplate('#set($context.responseOverride.header.foo = "bar")')(scope);
  const { request, response } = overridesOf(scope.context);
  assert.deepEqual([...request.header], [['X-A', 'x']]);
  assert.deepEqual([...request.path], [['body', '{"a":1}']]);
  assert.deepEqual([...response.header], [['foo', 'bar']]);
  assert.equal(response.status, 444);
});

test('a status that is none from 100 to 599 is ignored', () => {
  for (const [status, expected] of [
    ['"444"', 444],
    ['99', undefined],
    ['600', undefined],
    ['"no"', undefined],
    ['404.0', undefined],
  ] as const) {
    const context = templateContext({});
    compileTemplate(`#set($context.responseOverride.status = ${status})`)(scopeOf({ context }));
    assert.equal(overridesOf(context).response.status, expected, status);
  }
});

test('the rest of $context and the stage variables cannot be changed', () => {
  const scope = scopeOf({ stageVariables: { a: 'b' } });
  const template = `#set($context.httpMethod = "X")#set($context.identity.sourceIp = "Y")
#set($i = $context.identity.put("a", "b"))#set($i = $context.remove("httpMethod"))
#set($stageVariables.a = "c")$context.httpMethod $context.identity $stageVariables.a`;
  assert.equal(compileTemplate(template)(scope), 'GET {sourceIp=192.0.2.1} b');
});
