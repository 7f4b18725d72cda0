// The AWS SDK that Lambda's Node.js runtimes come with: a function may import it without packaging it.
// What the function brings itself comes first, as on AWS; then what is installed beside Brume, or where
// Brume was started.
'use strict';

const nodeModule = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const PROVIDED = /^@(?:aws-sdk|smithy)\/[^/]+/;
const NOT_FOUND = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

function provideSdk(startFolder) {
  const parents = [
    pathToFileURL(__filename).href,
    pathToFileURL(join(startFolder, 'index.js')).href,
  ];
  let isResolving = false;
  // Not there before Node.js 22: a function on 18 or 20 brings its SDK.
  nodeModule.registerHooks?.({
    resolve(specifier, context, next) {
      if (isResolving || !PROVIDED.test(specifier)) return next(specifier, context);
      isResolving = true;
      try {
        return resolveProvided(specifier, context, next, parents);
      } finally {
        isResolving = false;
      }
    },
  });
}

function resolveProvided(specifier, context, next, parents) {
  // `require` looks from the module that asks whatever the context says (Node.js 24.21).
  const isRequired = context.conditions?.includes('require');
  const resolveFrom = (parentURL) =>
    isRequired
      ? next(nodeModule.createRequire(parentURL).resolve(specifier), context)
      : next(specifier, { ...context, parentURL });
  const attempts = [
    () => next(specifier, context),
    ...parents.map((parentURL) => () => resolveFrom(parentURL)),
  ];
  let missing;
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      if (!NOT_FOUND.has(error?.code)) throw error;
      missing ??= error;
    }
  }
  const [name] = PROVIDED.exec(specifier);
  missing.message += `. Lambda provides it; here, install it where Brume is started: npm install ${name}`;
  throw missing;
}

module.exports = { provideSdk };
