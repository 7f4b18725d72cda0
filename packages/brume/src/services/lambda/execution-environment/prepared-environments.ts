/**
 * Environments that wait for a function: sandboxes in which a runtime has started that knows nothing of
 * any function yet. Taking one saves the start of its processes. They are kept for the kinds of
 * environment that were asked for last, and made while nobody waits.
 */
import type { Random, Timers } from '../../../environment/environment.ts';
import { PREPARE_AFTER_MS, PREPARED_MAX } from '../limits.ts';
import { RuntimeApi, type RuntimePeers } from '../runtime-api/runtime-api.ts';
import type { RuntimeEvents } from '../runtime-api/runtime-state.ts';
import type { Launch } from '../runtimes/runtime.ts';
import type { CodeSlot, Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import { STARTED_WITH } from './variables.ts';

/** What must be the same in an environment and one that waits. */
export interface EnvironmentKind {
  readonly launch: Launch;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
}

/** One that waits, until it is given its function. */
export interface Prepared {
  readonly sandbox: Sandbox;
  readonly api: RuntimeApi;
  /** Its value of AWS_LAMBDA_RUNTIME_API. */
  readonly runtimeApi: string;
  readonly slot: CodeSlot;
  /** Where its output goes from now on. */
  connect(receivers: Receivers): void;
}

export interface Receivers {
  readonly events: RuntimeEvents;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

export interface PreparedHost {
  readonly timers: Timers;
  readonly random: Random;
  readonly driver: SandboxDriver;
}

/** Variables that work when a process starts: an environment that waits has started without them. */
const STARTING_VARIABLES =
  /^(?:NODE_|PYTHON|RUBY|GEM_|LD_|MALLOC_|UV_|GLIBC_|SSL_|OPENSSL_|LC_|LANG$|TZ$|PATH$|AWS_LAMBDA_EXEC_WRAPPER$)/;

/** Whether a function with these variables of its own may have an environment that has started. */
export function mayBePrepared(variables: Readonly<Record<string, string>>): boolean {
  return !Object.keys(variables).some((name) => STARTING_VARIABLES.test(name));
}

export class PreparedEnvironments {
  readonly #host: PreparedHost;
  /** By kind, the one that was asked for least lately first. */
  readonly #waiting = new Map<string, Prepared | 'starting'>();
  #closed = false;

  constructor(host: PreparedHost) {
    this.#host = host;
  }

  /** One of the kind, if there is one; another is made in a while. */
  take(kind: EnvironmentKind): Prepared | undefined {
    if (kind.launch.preparedArgs === undefined || this.#closed) return undefined;
    const key = keyOf(kind);
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    this.#waiting.set(key, 'starting');
    this.#endOldest();
    if (waiting === 'starting') return undefined;
    this.#host.timers.after(PREPARE_AFTER_MS, () => {
      this.#prepare(key, kind).catch(() => {
        // Functions are started without; what is wrong they report themselves.
        if (this.#waiting.get(key) === 'starting') this.#waiting.delete(key);
      });
    });
    return waiting;
  }

  /** How many wait and could be taken. */
  get size(): number {
    return [...this.#waiting.values()].filter((prepared) => prepared !== 'starting').length;
  }

  close(): void {
    this.#closed = true;
    for (const prepared of this.#waiting.values()) end(prepared);
    this.#waiting.clear();
  }

  #endOldest(): void {
    for (const [key, prepared] of this.#waiting) {
      if (this.#waiting.size <= PREPARED_MAX) return;
      this.#waiting.delete(key);
      end(prepared);
    }
  }

  async #prepare(key: string, kind: EnvironmentKind): Promise<void> {
    if (this.#closed || this.#waiting.get(key) !== 'starting') return;
    const { prepared, ready } = await this.#start(kind);
    const isReady = await ready;
    prepared.sandbox.settled();
    // Not wanted any more, or it did not come up.
    if (!isReady || this.#waiting.get(key) !== 'starting') {
      if (!isReady) this.#waiting.delete(key);
      return end(prepared);
    }
    this.#waiting.set(key, prepared);
    prepared.sandbox.pause();
    const gone = () => {
      if (this.#waiting.get(key) !== prepared) return;
      this.#waiting.delete(key);
      end(prepared);
    };
    prepared.sandbox.exit.then(gone, gone);
  }

  async #start({ launch, memorySizeMb, ephemeralStorageMb }: EnvironmentKind) {
    const { driver, random } = this.#host;
    const token = random.bytes(16).toString('hex');
    const { promise: ready, resolve } = Promise.withResolvers<boolean>();
    let receivers: Receivers = {
      events: { ready: () => {}, waiting: () => resolve(true), initFailed() {}, answered() {} },
      onStdout() {},
      onStderr() {},
    };
    let sandbox: Sandbox | undefined;
    const isOwn: RuntimePeers['isOwn'] = (ports) => sandbox?.owns(ports) ?? false;
    const api = new RuntimeApi(receivers.events, { token, isOwn });
    const [socket, slot] = await Promise.all([driver.socket(), driver.codeSlot()]);
    await api.listenAt(socket.path);
    const runtimeApi = driver.runtimeApi ?? (await api.listen());
    sandbox = driver.start({
      command: launch.command,
      args: launch.preparedArgs ?? [],
      env: { ...STARTED_WITH, ...launch.env, ...ownVariables(token, socket.seenAt) },
      codeFolder: slot.folder,
      layersFolder: undefined,
      readable: launch.readable,
      socket: socket.path,
      opensPorts: launch.opensPorts,
      onRuntimeConnection: (connection) => api.connect(connection),
      extensions: undefined,
      memorySizeMb,
      ephemeralStorageMb,
      onStdout: (chunk) => receivers.onStdout(chunk),
      onStderr: (chunk) => receivers.onStderr(chunk),
    });
    const ended = () => {
      resolve(false);
      void slot.remove();
    };
    sandbox.exit.then(ended, ended);
    const connect = (to: Receivers) => {
      receivers = to;
      api.attach(to.events);
    };
    const prepared: Prepared = { sandbox, api, runtimeApi, slot, connect };
    return { prepared, ready };
  }
}

/** For Brume's own bootstraps, which remove them before the function's code runs. */
export function ownVariables(token: string, socket: string): Record<string, string> {
  return {
    _BRUME_ENVIRONMENT_TOKEN: token,
    _BRUME_RUNTIME_SOCKET: socket,
  };
}

function keyOf({ launch, memorySizeMb, ephemeralStorageMb }: EnvironmentKind): string {
  const { command, preparedArgs, env } = launch;
  return JSON.stringify([command, preparedArgs, env, memorySizeMb, ephemeralStorageMb]);
}

function end(prepared: Prepared | 'starting'): void {
  if (prepared === 'starting') return;
  prepared.sandbox.kill();
  prepared.api.close();
}
