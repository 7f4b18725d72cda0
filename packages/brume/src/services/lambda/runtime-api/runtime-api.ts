/**
 * The Runtime API (2018-06-01) of one execution environment: what a runtime asks for invocations and
 * gives answers to. Brume's own bootstraps reach it at a socket file and show a token; custom runtimes
 * know nothing but `host:port`, and so it has a port of its own for them, where only the environment's
 * own processes are heard.
 */
import type { Server as HttpServer } from 'node:http';
import {
  createServer,
  type AddressInfo,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { BootstrapConnection, isBootstrapConnection } from './bootstrap-connection.ts';
import type { ExtensionApi } from './extension-requests.ts';
import { httpRequests } from './http-requests.ts';
import { RuntimeState, type RuntimeEvents, type RuntimeInvocation } from './runtime-state.ts';

/** Who is heard. */
export interface RuntimePeers {
  /** Shown by Brume's own bootstraps; undefined for custom runtimes. */
  readonly token: string | undefined;
  /** Whether a connection is one of the environment's processes'. */
  isOwn(ports: { readonly local: number; readonly remote: number }): boolean;
}

export class RuntimeApi {
  readonly #peers: RuntimePeers;
  readonly #state: RuntimeState;
  readonly #servers: Server[] = [];
  readonly #http: HttpServer;
  readonly #connections = new Set<Socket>();
  #extensions: ExtensionApi | undefined;
  #closed = false;

  constructor(events: RuntimeEvents, peers: RuntimePeers) {
    this.#peers = peers;
    this.#state = new RuntimeState(events);
    this.#http = httpRequests(this.#state, peers.token, () => this.#extensions);
  }

  /** Listens at a socket file. */
  async listenAt(path: string): Promise<void> {
    // Who reaches the file is decided by the folders that it is in.
    await this.#listen({ path, readableAll: true, writableAll: true });
  }

  /** Listens at a free port. Returns `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  async listen(): Promise<string> {
    const server = await this.#listen({ host: '127.0.0.1', port: 0 });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Takes a connection that came from inside of the environment's own network. */
  connect(socket: Socket): void {
    if (this.#closed) return void socket.destroy();
    this.#connected(socket);
  }

  /** Others hear of the runtime from now on. */
  attach(events: RuntimeEvents): void {
    this.#state.attach(events);
  }

  /** Until this is called there are no extensions. */
  admitExtensions(api: ExtensionApi): void {
    this.#extensions = api;
  }

  /** Gives its function to a runtime that has started without one. */
  assign(variables: Readonly<Record<string, string>>): void {
    this.#state.assign(variables);
  }

  /** Hands an invocation to the runtime, which must be waiting: `ready` was called last. */
  give(invocation: RuntimeInvocation): void {
    this.#state.give(invocation);
  }

  close(): void {
    this.#closed = true;
    for (const server of this.#servers) server.close();
    for (const socket of this.#connections) socket.destroy();
  }

  #listen(options: ListenOptions): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.#isOwn(socket)) this.#connected(socket);
      else socket.destroy();
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(options, () => resolve(server));
    });
  }

  #isOwn({ localPort: local, remotePort: remote }: Socket): boolean {
    return local === undefined || remote === undefined || this.#peers.isOwn({ local, remote });
  }

  #connected(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    // A runtime that goes away says so by its process's exit.
    socket.on('error', () => {});
    const { token } = this.#peers;
    if (token === undefined) return void this.#http.emit('connection', socket);
    socket.once('data', (chunk) => this.#began(socket, chunk, token));
  }

  #began(socket: Socket, chunk: Buffer, token: string): void {
    if (isBootstrapConnection(chunk, token)) {
      const connection = new BootstrapConnection(socket, this.#state);
      socket.on('data', (next) => connection.receive(next));
      connection.receive(chunk);
      return;
    }
    socket.pause();
    socket.unshift(chunk);
    this.#http.emit('connection', socket);
    socket.resume();
  }
}
