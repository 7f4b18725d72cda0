// Finds the handler that `folder/module.export` names, as ES module or CommonJS.
'use strict';

const { statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { RuntimeError } = require('./errors.cjs');

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

async function loadHandler(taskRoot, name) {
  if (name.includes('..')) {
    const advice = 'Use absolute paths when specifying root directories in handler names.';
    const message = `'${name}' is not a valid handler name. ${advice}`;
    throw new RuntimeError('MalformedHandlerName', message);
  }
  const file = basename(name);
  const dot = file.indexOf('.');
  if (dot === -1) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const folder = name.slice(0, name.length - file.length);
  const module = await loadModule(taskRoot, folder, file.slice(0, dot));
  const path = file.slice(dot + 1).split('.');
  const handler = find(module, path) ?? find(module?.default, path);
  if (handler === undefined || handler === null) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

async function loadModule(taskRoot, folder, name) {
  try {
    const path = resolve(taskRoot, folder, name);
    for (const extension of EXTENSIONS) {
      if (isFile(path + extension)) return await import(pathToFileURL(path + extension).href);
    }
    // A package of the function's, or a folder with an index file.
    const require = createRequire(__filename);
    return require(require.resolve(name, { paths: [taskRoot, join(taskRoot, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError('UserCodeSyntaxError', toText(error), error.stack);
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', toText(error), error.stack);
    }
    throw error;
  }
}

/** `Error: message`, as Lambda quotes what was thrown. */
function toText(error) {
  return `${error.name}: ${error.message}`;
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function find(module, path) {
  let found = module;
  for (const key of path) found = Object(found) === found ? found[key] : undefined;
  return found;
}

module.exports = { loadHandler };
