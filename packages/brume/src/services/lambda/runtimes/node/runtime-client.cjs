// The Runtime API over one kept connection. HTTP by hand: a runtime knows its only peer, and this costs a
// fraction of node:http's time and start. An answer and the request for the next invocation are one write.
'use strict';

const { connect } = require('node:net');

const ROOT = '/2018-06-01/runtime/';
const HEAD_END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

class RuntimeClient {
  #path;
  #token;
  #socket;
  #received = NOTHING;
  /** Replies that come before the one that is waited for. */
  #skipped = 0;
  #pending;

  /** `path` is that of a socket file. */
  constructor(path, token) {
    this.#path = path;
    this.#token = token;
    this.#socket = connect(path);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', () => {});
    // Brume is gone, or has given up this environment: nobody is left to work for.
    this.#socket.on('close', () => process.exit(1));
  }

  /** The variables of the function that this process is for. */
  async assignment() {
    const { body } = await this.#exchange(0, this.#head('GET', 'brume/assignment'));
    return JSON.parse(body);
  }

  /** The next invocation: header values by lower-case name, and the event as text. */
  next() {
    return this.#invocation(0, this.#head('GET', 'invocation/next'));
  }

  /** Answers an invocation with a result, or an error where it has a type. */
  answerAndNext(requestId, answer) {
    const path = `invocation/${requestId}/${answer.errorType ? 'error' : 'response'}`;
    return this.#invocation(1, this.#post(path, answer) + this.#head('GET', 'invocation/next'));
  }

  async fail(requestId, error) {
    await this.#exchange(0, this.#post(`invocation/${requestId}/error`, error));
  }

  async failInit(error) {
    await this.#exchange(0, this.#post('init/error', error));
  }

  /** For answers that are streamed, which need a connection of their own. */
  get streamOptions() {
    const headers = { Host: 'runtime', 'Brume-Environment-Token': this.#token };
    return { socketPath: this.#path, root: ROOT, headers };
  }

  async #invocation(skipped, requests) {
    const invocation = await this.#exchange(skipped, requests);
    // From here on only the function's own work keeps the event loop going.
    this.#socket.unref();
    return invocation;
  }

  #exchange(skipped, requests) {
    this.#socket.ref();
    this.#skipped = skipped;
    this.#socket.write(requests);
    return new Promise((resolve) => (this.#pending = resolve));
  }

  #post(path, { body, errorType }) {
    const type = errorType
      ? `Lambda-Runtime-Function-Error-Type: ${headerValue(errorType)}\r\n`
      : '';
    return this.#head('POST', path, `Content-Type: application/json\r\n${type}`, body) + body;
  }

  #head(method, path, headers = '', body = '') {
    return `${method} ${ROOT}${path} HTTP/1.1\r\nHost: runtime\r\nBrume-Environment-Token: ${this.#token}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}${HEAD_END}`;
  }

  #receive(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headEnd = this.#received.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const headers = parseHeaders(this.#received.toString('latin1', 0, headEnd));
      const bodyStart = headEnd + HEAD_END.length;
      const bodyEnd = bodyStart + Number(headers.get('content-length') ?? 0);
      if (this.#received.length < bodyEnd) return;
      const body = this.#received.toString('utf8', bodyStart, bodyEnd);
      this.#received = this.#received.subarray(bodyEnd);
      if (this.#skipped > 0) this.#skipped--;
      else this.#pending({ headers, body });
    }
  }
}

let client;

/** The client of this process; made with the variables that only it may read. */
function runtimeClient() {
  client ??= new RuntimeClient(take('_BRUME_RUNTIME_SOCKET'), take('_BRUME_ENVIRONMENT_TOKEN'));
  return client;
}

function take(name) {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

function parseHeaders(head) {
  const headers = new Map();
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function headerValue(text) {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

module.exports = { runtimeClient };
