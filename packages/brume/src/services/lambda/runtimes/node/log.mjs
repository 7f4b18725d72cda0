/* oxlint-disable no-console -- console is what functions log with */
// console as Lambda has it: `<time>\t<request id>\t<level>\t<message>`, one event per call. Inside an
// event line feeds travel as carriage returns; the platform turns them back.
import { format } from 'node:util';

let requestId = '-';

export function setRequestId(id) {
  requestId = id;
}

export function patchConsole() {
  // What is written must be with the platform before the answer is. Node writes to sockets, which the
  // pipes of a child are, later when they are full; it has no public way to say otherwise.
  for (const { _handle } of [process.stdout, process.stderr]) _handle?.setBlocking?.(true);
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) {
    console[level] = (...values) => write(level.toUpperCase(), values);
  }
  console.log = console.info;
}

/** Writes an error with a title, the way Lambda's own runtime does: `Invoke Error \t{json}`. */
export function logError(title, error) {
  const shown = error instanceof Error ? error : new Error(String(error));
  console.error(title, `\t${describe(shown)}`);
}

function write(level, values) {
  const line = [new Date().toISOString(), requestId, level, format(...values)].join('\t');
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
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
