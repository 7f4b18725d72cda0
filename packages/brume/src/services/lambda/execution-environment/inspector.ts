/**
 * The way of a debugger to the runtime of one environment: a port on this machine's loopback interface,
 * relayed to the inspector, which may be in a network of its own. Knows whether a debugger is attached.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { INSPECTOR_CONNECTIONS_MAX } from '../limits.ts';
import type { Address } from '../sandbox/sandbox.ts';

/** Node's own. */
const USUAL_PORT = 9229;
/**
 * How a debugger's connection begins: as a web socket for Node.js, where others ask what there is to debug, and
 * go; for Python with a message of the Debug Adapter Protocol.
 */
const DEBUGGER = /^content-length:|\nupgrade:\s*websocket/i;

export class Inspector {
  /** Where the runtime's inspector listens. */
  readonly innerPort: number;
  readonly #server: Server;
  readonly #debuggers = new Set<Socket>();
  readonly #connections = new Set<Socket>();

  private constructor(innerPort: number, dial: (port: number) => Promise<Address>) {
    this.innerPort = innerPort;
    this.#server = createServer({ noDelay: true }, (socket) => this.#relay(socket, dial));
    this.#server.maxConnections = INSPECTOR_CONNECTIONS_MAX;
  }

  /** `hasOwnNetwork` says whether all ports of the environment are free. */
  static async open(
    hasOwnNetwork: boolean,
    dial: (port: number) => Promise<Address>,
  ): Promise<Inspector> {
    const inspector = new Inspector(hasOwnNetwork ? USUAL_PORT : await freePort(), dial);
    await listen(inspector.#server);
    return inspector;
  }

  /** What a debugger connects to. */
  get address(): string {
    return `127.0.0.1:${portOf(this.#server)}`;
  }

  get isAttached(): boolean {
    return this.#debuggers.size > 0;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
  }

  #relay(outside: Socket, dial: (port: number) => Promise<Address>): void {
    this.#connections.add(outside);
    outside.on('error', () => {});
    outside.on('close', () => {
      this.#connections.delete(outside);
      this.#debuggers.delete(outside);
    });
    outside.once('data', (head: Buffer) => {
      if (DEBUGGER.test(head.toString('latin1'))) this.#debuggers.add(outside);
      outside.pause();
      outside.unshift(head);
      void this.#connect(outside, dial);
    });
  }

  async #connect(outside: Socket, dial: (port: number) => Promise<Address>): Promise<void> {
    try {
      const inside = connect(await dial(this.innerPort));
      inside.on('error', () => outside.destroy());
      inside.on('close', () => outside.destroy());
      outside.on('close', () => inside.destroy());
      outside.pipe(inside).pipe(outside);
    } catch {
      // The environment has ended.
      outside.destroy();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
