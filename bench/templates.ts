/**
 * What does a mapping template cost? Compiling and rendering a pass-through template of the usual kind
 * (payload, parameters by kind with every header, stage variables, thirteen context variables), scope and
 * `$context` included; beside parsing and writing as much JSON, which no gateway can do without.
 */
import { templateContext } from '../packages/brume/src/services/execute-api/templates/scope.ts';
import { compileTemplate } from '../packages/brume/src/services/execute-api/templates/template.ts';
import { median, report } from './measure.ts';

const ROUNDS = 15;
const CALLS = 4000;

const CONTEXT_NAMES = [
  ...['accountId', 'apiId', 'httpMethod', 'stage', 'requestId', 'resourceId', 'resourcePath'],
  ...['identity.apiKey', 'identity.caller', 'identity.cognitoIdentityId', 'identity.sourceIp'],
  ...['identity.user', 'identity.userAgent'],
];

const TEMPLATE = `## Everything that the gateway knows, as one document
#set($known = $input.params())
{
  "payload": $input.json('$'),
  "parameters": {
  #foreach($kind in $known.keySet())
    #set($values = $known.get($kind))
    "$kind": {
    #foreach($name in $values.keySet())
      "$name": "$util.escapeJavaScript($values.get($name))"#if($foreach.hasNext),#end

    #end
    }#if($foreach.hasNext),#end

  #end
  },
  "stage": {
  #foreach($name in $stageVariables.keySet())
    "$name": "$util.escapeJavaScript($stageVariables.get($name))"#if($foreach.hasNext),#end

  #end
  },
  "context": {
${CONTEXT_NAMES.map((name) => `    "${name}": "$context.${name}"`).join(',\n')}
  }
}`;

const BODY = JSON.stringify({
  pet: 'dog',
  age: 3,
  tags: ['a', 'b'],
  owner: { name: 'Ann', vip: true },
});
const PARAMETERS = {
  path: { id: '42' },
  querystring: { page: '2', sort: 'name' },
  header: {
    Accept: '*/*',
    'Accept-Encoding': 'gzip, deflate, br',
    'Content-Type': 'application/json',
    Host: 'abc123.execute-api.us-east-1.amazonaws.com',
    'User-Agent': 'curl/8.11.0',
    'X-Amzn-Trace-Id': 'Root=1-67411f2b-0d1c2b3a4f5e6d7c8b9a0f1e',
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
  },
};
const STAGE_VARIABLES = { url: 'https://example.com', level: 'debug' };
const VARIABLES = {
  accountId: '000000000000',
  apiId: 'abc123',
  httpMethod: 'POST',
  stage: 'prod',
  requestId: '7d0a2f4e-8c8d-4c7e-a7a1-0b4a4e1ea3d5',
  resourceId: 'r1',
  resourcePath: '/pets/{id}',
  identity: { sourceIp: '192.0.2.1', userAgent: 'curl/8.11.0', apiKey: null, caller: null },
};

const compiled = compileTemplate(TEMPLATE);

const subjects = {
  json: () => JSON.stringify(JSON.parse(document)),
  render: () =>
    compiled({
      body: BODY,
      parameters: PARAMETERS,
      context: templateContext(VARIABLES),
      stageVariables: STAGE_VARIABLES,
    }),
  compile: () => compileTemplate(TEMPLATE),
};
// The output is JSON, or the template is wrong.
const document = JSON.stringify(JSON.parse(subjects.render()));

const times = { json: [] as number[], render: [] as number[], compile: [] as number[] };
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const name of ['json', 'render', 'compile'] as const) {
    const run = subjects[name];
    const calls = name === 'compile' ? CALLS / 10 : CALLS;
    const start = performance.now();
    for (let call = 0; call < calls; call += 1) run();
    // The first round warms up.
    if (round > 0) times[name].push(((performance.now() - start) * 1000) / calls);
  }
}

const microseconds = {
  json: median(times.json),
  render: median(times.render),
  compile: median(times.compile),
};
report({
  bench: 'templates',
  renderMicroseconds: microseconds.render,
  compileMicroseconds: microseconds.compile,
  jsonMicroseconds: microseconds.json,
  renderToJson: microseconds.render / microseconds.json,
});
