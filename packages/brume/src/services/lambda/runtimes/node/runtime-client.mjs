// The Runtime API over one kept connection. HTTP by hand: a runtime has one request open at a time and
// knows its only peer, and this costs a fraction of node:http's time and start.
import { connect } from 'node:net';

const ROOT = '/2018-06-01/runtime/';
const HEAD_END = '\r\n\r\n';

export class RuntimeClient {
  #host;
  #token;
  #socket;
  #received = Buffer.alloc(0);
  #pending;

  constructor(address, token) {
    const colon = address.lastIndexOf(':');
    this.#host = address;
    this.#token = token;
    this.#socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', () => {});
    // Brume is gone, or has given up this environment: nobody is left to work for.
    this.#socket.on('close', () => process.exit(1));
  }

  /** The next invocation: header values by lower-case name, and the event as text. */
  async next() {
    this.#socket.ref();
    const invocation = await this.#request('GET', 'invocation/next');
    // From here on only the function's own work keeps the event loop going.
    this.#socket.unref();
    return invocation;
  }

  async respond(requestId, body) {
    await this.#post(`invocation/${requestId}/response`, body);
  }

  async fail(requestId, body, errorType) {
    await this.#post(`invocation/${requestId}/error`, body, errorType);
  }

  async failInit(body, errorType) {
    await this.#post('init/error', body, errorType);
  }

  /** For answers that are streamed, which need a connection of their own. */
  get streamOptions() {
    const [hostname, port] = this.#host.split(':');
    return { hostname, port, path: ROOT, headers: { 'Brume-Environment-Token': this.#token } };
  }

  async #post(path, body, errorType) {
    this.#socket.ref();
    await this.#request('POST', path, Buffer.from(body), errorType);
  }

  #request(method, path, body = Buffer.alloc(0), errorType) {
    let head = `${method} ${ROOT}${path} HTTP/1.1\r\nHost: ${this.#host}\r\nBrume-Environment-Token: ${this.#token}\r\n`;
    if (method === 'POST') head += `Content-Type: application/json\r\n`;
    if (errorType) head += `Lambda-Runtime-Function-Error-Type: ${headerValue(errorType)}\r\n`;
    head += `Content-Length: ${body.length}\r\n\r\n`;
    this.#socket.write(Buffer.concat([Buffer.from(head), body]));
    return new Promise((resolve) => (this.#pending = resolve));
  }

  #receive(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const headers = parseHeaders(this.#received.toString('latin1', 0, headEnd));
    const bodyStart = headEnd + HEAD_END.length;
    const bodyEnd = bodyStart + Number(headers.get('content-length') ?? 0);
    if (this.#received.length < bodyEnd) return;
    const body = this.#received.toString('utf8', bodyStart, bodyEnd);
    this.#received = this.#received.subarray(bodyEnd);
    this.#pending({ headers, body });
  }
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
