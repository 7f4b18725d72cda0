/**
 * Which sandbox functions get: the one that was asked for, or the best that works here. Looked for at
 * the first use, once; the log says what it is, and why not more.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { BwrapDriver, type BwrapParts } from './bwrap-driver.ts';
import {
  encodeArguments,
  hostsFile,
  makeEtc,
  rootArguments,
  sandboxUser,
  type RootFiles,
  type SandboxUser,
} from './bwrap-root.ts';
import { Cgroups } from './cgroups.ts';
import { MemoryWatch } from './memory-watch.ts';
import { SLIRP_NAME_SERVER, type NetworkParts } from './own-network.ts';
import { ProcessDriver } from './process-driver.ts';
import type { SandboxDriver } from './sandbox.ts';
import { seccompFilter } from './seccomp.ts';
import { SocketFolder } from './socket-folder.ts';
import { Starters } from './starters.ts';

export type Isolation = 'auto' | 'process' | 'bwrap';
export type FunctionNetwork = 'own' | 'host';

export interface IsolationOptions {
  readonly isolation: Isolation;
  /** Whether isolated functions have a network of their own, or the machine's. */
  readonly network: FunctionNetwork;
  /** URL at which Brume listens. */
  readonly endpoint: () => string;
  /** Whether `auto` may come down to no isolation. */
  readonly processAllowed: boolean;
  readonly environment: Environment;
  readonly log: Logger;
  /** Absolute path of a folder for the sandboxes' own files. */
  readonly folder: string;
}

/** Functions cannot run here as they should: the message says what to do. */
class NoSandboxError extends Error {
  override readonly name = 'NoSandboxError';
}

type Probe = Pick<BwrapParts, 'bwrap' | 'user' | 'files' | 'seccomp' | 'network'>;

type Bwrap = { readonly driver: SandboxDriver } | { readonly problem: string };

/** Said once, where people look when a function cannot connect. */
function networkNote(network: NetworkParts | undefined): string {
  if (!network) return "they have this machine's network";
  return network.slirp === undefined
    ? 'they reach Brume but nothing else: slirp4netns, which would bring them to the internet, is not installed'
    : 'they reach Brume and the internet, but not this machine';
}

export class SandboxChoice {
  readonly #options: IsolationOptions;
  #driver: Promise<SandboxDriver> | undefined;

  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** Rejects with `NoSandboxError`. */
  driver(): Promise<SandboxDriver> {
    return (this.#driver ??= this.#choose());
  }

  async close(): Promise<void> {
    const driver = await this.#driver?.catch(() => undefined);
    await driver?.close();
  }

  async #choose(): Promise<SandboxDriver> {
    const { isolation, processAllowed, environment, log } = this.#options;
    const memory = new MemoryWatch(environment.timers);
    const sockets = new SocketFolder();
    const plain = () => new ProcessDriver(environment.processes, memory, sockets);
    if (isolation === 'process') return plain();
    const bwrap = await this.#tryBwrap({ memory, sockets });
    if ('driver' in bwrap) return bwrap.driver;
    if (isolation === 'auto' && processAllowed) {
      log.log('warn', `Functions are not isolated from this machine: ${bwrap.problem}.`);
      return plain();
    }
    const advice = 'With --isolation process they would run as the user who runs Brume.';
    const problem = `Functions cannot be isolated here: ${bwrap.problem}. ${advice}`;
    log.log('error', problem);
    throw new NoSandboxError(problem);
  }

  async #tryBwrap(shared: Pick<BwrapParts, 'memory' | 'sockets'>): Promise<Bwrap> {
    const { environment, folder, log } = this.#options;
    const { processes, random } = environment;
    const bwrap = await processes.find('bwrap');
    if (bwrap === undefined) return { problem: 'bubblewrap (bwrap) is not installed' };
    await mkdir(folder, { recursive: true });
    const network = await this.#network();
    const isRoot = process.getuid?.() === 0;
    const setpriv = isRoot ? await processes.find('setpriv') : undefined;
    if (isRoot && setpriv === undefined) return { problem: 'setpriv is not installed' };
    const user = sandboxUser(setpriv);
    const files = await this.#writeFiles(user, network);
    const seccomp = seccompFilter(process.arch);
    const problem = await this.#probe({ bwrap, user, files, seccomp, network });
    if (problem !== undefined) return { problem: `bubblewrap does not work here (${problem})` };
    const cgroups = Cgroups.detect();
    const limits = cgroups.has('memory') ? 'by the kernel' : 'by looking';
    const note = `memory is limited ${limits}; ${networkNote(network)}`;
    log.log('info', `Functions are isolated by bubblewrap; ${note}.`);
    const slots = join(folder, 'slots');
    await rm(slots, { recursive: true, force: true });
    const starters = new Starters(folder, user.isNamespaced ? undefined : Number(user.number));
    const { timers } = environment;
    const machine = { processes, random, timers, bwrap, cgroups, seccomp, network, starters };
    return { driver: new BwrapDriver({ ...shared, ...machine, slots, user, files }) };
  }

  async #network(): Promise<NetworkParts | undefined> {
    const { network, endpoint, environment, log } = this.#options;
    if (network === 'host') return undefined;
    const { processes } = environment;
    const [slirp, nsenter] = await Promise.all([
      processes.find('slirp4netns'),
      processes.find('nsenter'),
    ]);
    let isTold = false;
    const onNoInternet = (reason: string) => {
      if (isTold) return;
      isTold = true;
      log.log('warn', `Functions cannot reach the internet: slirp4netns says ${reason}`);
    };
    return { processes, slirp, nsenter, endpoint, onNoInternet };
  }

  /** Files that all sandboxes have. */
  async #writeFiles(user: SandboxUser, network: NetworkParts | undefined): Promise<RootFiles> {
    const { folder } = this.#options;
    const write = async (name: string, content: string) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    };
    const [etc, hosts] = [join(folder, 'etc'), hostsFile()];
    const resolver = network?.slirp && `nameserver ${SLIRP_NAME_SERVER}\n`;
    await makeEtc(etc, user, hosts, resolver);
    return {
      etc,
      hosts: await write('hosts', hosts),
      resolver: resolver && (await write('resolv', resolver)),
    };
  }

  /** Starts a sandbox like those of functions. Answers with what bubblewrap says against it. */
  async #probe({ bwrap, user, files, seccomp, network }: Probe): Promise<string | undefined> {
    const fromPipes = ['--args', '3', ...(seccomp ? ['--seccomp', '4'] : [])];
    const options = [...fromPipes, '--', ...user.command, '/bin/sh', '-c', ':'];
    const { folder, environment } = this.#options;
    const spec = {
      codeFolder: folder,
      layersFolder: undefined,
      readable: [],
      socket: undefined,
      ephemeralStorageMb: 1,
      ownNetwork: network !== undefined,
      starter: undefined,
    };
    const child = environment.processes.spawn(bwrap, options, {
      env: {},
      ownGroup: true,
      inputs: seccomp ? 2 : 1,
    });
    let said = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (said = said.length < 500 ? said + chunk : said));
    child.stdin.end();
    child.inputs[0]?.end(encodeArguments(rootArguments(spec, user, files)));
    child.inputs[1]?.end(seccomp);
    try {
      const { code, signal } = await child.exit;
      return code === 0 ? undefined : said.trim() || `exit ${code ?? signal}`;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
