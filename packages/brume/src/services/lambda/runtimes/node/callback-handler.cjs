// The calling convention up to Node.js 22: a handler may answer by its third argument, by the
// context's `done`, `succeed` and `fail`, or by a promise; and an answer waits for the event loop to
// be empty unless `callbackWaitsForEmptyEventLoop` is false.
'use strict';

/** What to do when the event loop runs empty while an invocation is open. */
let whenEmpty;

function watchEventLoop() {
  process.on('beforeExit', () => {
    const action = whenEmpty;
    whenEmpty = undefined;
    action?.();
  });
}

/** Calls the handler; resolves or rejects as it answers. */
function callHandler(handler, event, context) {
  return new Promise((resolve, reject) => {
    let open = true;
    let waits = true;
    // A handler that never answers has answered null once nothing is left to do.
    whenEmpty = () => resolve(null);
    const once = (answer) => (error, result) => {
      if (!open) return;
      open = false;
      whenEmpty = undefined;
      if (error !== undefined && error !== null) reject(error);
      else answer(result);
    };
    const done = once(resolve);
    const callback = once((result) => {
      if (waits) whenEmpty = () => resolve(result);
      else resolve(result);
    });
    Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
      enumerable: true,
      get: () => waits,
      set(value) {
        waits = value;
      },
    });
    context.done = done;
    context.succeed = (result) => done(null, result);
    context.fail = (error) => done(error ?? 'handled');
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') result.then(context.succeed, reject);
  });
}

module.exports = { watchEventLoop, callHandler };
