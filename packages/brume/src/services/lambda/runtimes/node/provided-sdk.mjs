// The AWS SDK that Lambda's Node.js runtimes come with: a function may import it without packaging it.
// What the function brings itself comes first, as on AWS; then what is installed beside Brume, or where
// Brume was started.
import * as module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROVIDED = /^@(?:aws-sdk|smithy)\/[^/]+/;
const NOT_FOUND = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

export function provideSdk(startFolder) {
  const parents = [import.meta.url, pathToFileURL(join(startFolder, 'index.js')).href];
  // Not there before Node.js 22: a function on 18 or 20 brings its SDK.
  module.registerHooks?.({
    resolve(specifier, context, next) {
      if (!PROVIDED.test(specifier)) return next(specifier, context);
      return firstFound(
        specifier,
        [context, ...parents.map((parentURL) => ({ ...context, parentURL }))],
        next,
      );
    },
  });
}

function firstFound(specifier, contexts, next) {
  let missing;
  for (const context of contexts) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!NOT_FOUND.has(error?.code)) throw error;
      missing ??= error;
    }
  }
  const [name] = PROVIDED.exec(specifier);
  missing.message += `. Lambda provides it; here, install it where Brume is started: npm install ${name}`;
  throw missing;
}
