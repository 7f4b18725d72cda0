/* oxlint-disable no-console -- console is what functions log with */
// console as Lambda has it: `<time>\t<request id>\t<level>\t<message>`, one event per call. Inside an
// event line feeds travel as carriage returns; the platform turns them back. Where the function wants
// JSON, an event is an object with the same parts, and calls below the wanted level write nothing.
'use strict';

const { format } = require('node:util');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const wantedLevel = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toLowerCase() ?? 'trace');

let requestId = '-';

function setRequestId(id) {
  requestId = id;
}

function patchConsole() {
  for (const name of ['stdout', 'stderr']) writeAtOnce(name);
  const write = isJson ? writeJson : writeText;
  for (const [rank, level] of LEVELS.entries()) {
    const isWanted = !isJson || rank >= wantedLevel;
    console[level] = isWanted ? (...values) => write(level.toUpperCase(), values) : () => {};
  }
  console.log = console.info;
}

/**
 * What is written must be with the platform before the answer is. Node writes to sockets, which the pipes of
 * a child are, later when they are full; it has no public way to say otherwise. Each of these streams takes a
 * millisecond to make, so that waits until it is used.
 */
function writeAtOnce(name) {
  const lazy = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, {
    ...lazy,
    get() {
      const stream = lazy.get.call(process);
      stream._handle?.setBlocking?.(true);
      Object.defineProperty(process, name, lazy);
      return stream;
    },
  });
}

/** Writes an error with a title, the way Lambda's own runtime does: `Invoke Error \t{json}`. */
function logError(title, error) {
  const shown = error instanceof Error ? error : new Error(String(error));
  if (isJson) console.error(title, shown);
  else console.error(title, `\t${describe(shown)}`);
}

function writeText(level, values) {
  const line = [new Date().toISOString(), requestId, level, format(...values)].join('\t');
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
}

/** One object is the message itself; of several values the first error is shown with its parts. */
function writeJson(level, values) {
  const timestamp = new Date().toISOString();
  const head = { timestamp, level, requestId: requestId === '-' ? undefined : requestId };
  const error = values.find((value) => value instanceof Error);
  const [only] = values;
  const isObject = values.length === 1 && typeof only === 'object' && only !== null && !error;
  const body = isObject
    ? { message: only }
    : { message: format(...values), ...(error && shownError(error)) };
  let line;
  try {
    line = JSON.stringify({ ...head, ...body }, (_key, value) =>
      value instanceof Error ? shownError(value) : value,
    );
  } catch {
    line = JSON.stringify({ ...head, message: format(...values) });
  }
  process.stdout.write(`${line}\n`);
}

function shownError({ name, message, stack }) {
  return { errorType: name, errorMessage: message, stackTrace: stack?.split('\n').slice(1) };
}

function describe(error) {
  try {
    return JSON.stringify(error, (_key, value) =>
      value instanceof Error ? members(value) : value,
    );
  } catch {
    return JSON.stringify({ errorType: error.name, errorMessage: error.message });
  }
}

function members(error) {
  const { name: errorType, message: errorMessage, code } = error;
  return { errorType, errorMessage, code, ...error, stack: error.stack?.split('\n') };
}

module.exports = { setRequestId, patchConsole, logError };
