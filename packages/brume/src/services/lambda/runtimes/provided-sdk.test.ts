import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLambda } from '../service.fixture.ts';

const KEYS = 'Object.keys(sdk).includes("LambdaClient")';
const FORMS = {
  'index.mjs': `import * as sdk from '@aws-sdk/client-lambda'; export const handler = async () => ${KEYS};`,
  'index.cjs': `const sdk = require('@aws-sdk/client-lambda'); exports.handler = async () => ${KEYS};`,
};

for (const [file, code] of Object.entries(FORMS)) {
  test(`${file} finds the SDK that it does not bring`, async (t) => {
    const lambda = await startLambda(t);
    await lambda.create('provided', { [file]: code });
    assert.equal((await lambda.invoke('provided')).payload, true);
  });

  test(`${file} finds the SDK that it brings first`, async (t) => {
    const lambda = await startLambda(t);
    const own = 'node_modules/@aws-sdk/client-lambda';
    await lambda.create('own', {
      [file]: code,
      [`${own}/package.json`]: '{"name":"@aws-sdk/client-lambda","main":"index.js"}',
      [`${own}/index.js`]: 'exports.own = true;',
    });
    assert.equal((await lambda.invoke('own')).payload, false);
  });
}

test('a package of the SDK that is nowhere is missed with the way to get it', async (t) => {
  const lambda = await startLambda(t);
  const name = '@aws-sdk/client-not-there';
  await lambda.create('missing', { 'index.js': `require('${name}');` });
  const { payload } = await lambda.invoke('missing');
  assert.match(
    (payload as { errorMessage: string }).errorMessage,
    new RegExp(`npm install ${name}`),
  );
});
