// Errors of the runtime itself, named as Lambda names them, and the form in which any error is reported.
'use strict';

class RuntimeError extends Error {
  constructor(name, message, stack) {
    super(message);
    this.name = `Runtime.${name}`;
    if (stack !== undefined) this.stack = stack;
  }
}

/** `{errorType, errorMessage, trace}`: whatever was thrown, this does not throw. */
function describeError(thrown) {
  try {
    if (!(thrown instanceof Error)) {
      return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    }
    const { name, message, stack } = thrown;
    return { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
  } catch {
    // A getter of the error threw.
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
    return { errorType: 'handled', errorMessage, trace: [] };
  }
}

module.exports = { RuntimeError, describeError };
