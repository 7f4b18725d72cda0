/** Everything that a Brume can be told, with defaults. Only this file and the CLI know the words. */
export interface Config {
  /** Address to listen on. Beyond loopback, `auth` must be `enforce`. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder that keeps everything. */
  readonly dataFolder: string;
  /** Where folders are that functions may run as they are. */
  readonly codeFolder: string;
  /** Keep everything in memory instead, gone with the process. */
  readonly memory: boolean;
  /** Region of requests that name none. */
  readonly region: string;
  /** `accept` takes any credentials; `enforce` verifies signatures against known ones. */
  readonly auth: AuthMode;
  /** What keeps functions apart from this machine; `auto` is the best that works here. */
  readonly isolation: 'auto' | 'process' | 'bwrap';
  /** Whether functions that are kept apart have a network of their own, or this machine's. */
  readonly network: 'own' | 'host';
  /** Whether execution environments wait for functions, so that these start sooner. */
  readonly prepare: boolean;
  /** Whether runtimes that are not on this machine are fetched. */
  readonly fetch: boolean;
  /** Whether debuggers may come to functions. */
  readonly inspect: boolean;
  /** Whether functions stand still between invocations, as on AWS. */
  readonly freeze: boolean;
  readonly logFormat: 'text' | 'json';
  /** A certificate of one's own (PEM, with those of who vouches for it), for the names that it has. */
  readonly tlsCertificate: string | undefined;
  /** Its key, PEM. */
  readonly tlsKey: string | undefined;
  /** AWS's limits on WebSockets (32 KB a frame, 10 idle minutes, two hours, no binary), or wider ones. */
  readonly webSocketLimits: 'aws' | 'relaxed';
  /** Issuer of the tokens of user pools, a URL with `{region}` and `{pool}`; AWS's own where absent. */
  readonly userPools: string | undefined;
  /** Brume's own version, for those who ask. */
  readonly version: string;
}

export type AuthMode = 'accept' | 'enforce';

/** The field's habit: clients and tools look for a local cloud there. */
const DEFAULT_PORT = 4566;

const DEFAULTS: Config = {
  host: '127.0.0.1',
  port: DEFAULT_PORT,
  dataFolder: '.brume',
  codeFolder: '.',
  memory: false,
  region: 'us-east-1',
  auth: 'accept',
  isolation: 'auto',
  network: 'own',
  prepare: true,
  fetch: true,
  inspect: false,
  freeze: true,
  logFormat: 'text',
  tlsCertificate: undefined,
  tlsKey: undefined,
  webSocketLimits: 'aws',
  userPools: undefined,
  version: 'development',
};

/** A setting that cannot be: the message is a sentence for the user. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Completes and checks what the user said. Throws `ConfigError`. */
export function resolveConfig(said: Partial<Config>): Config {
  // What is kept nowhere is for tests: they pay for what they use.
  const lasts = said.memory !== true;
  const config = { ...DEFAULTS, prepare: lasts, fetch: lasts, ...said };
  if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535) {
    throw new ConfigError(`--port must be a number from 0 to 65535, not "${config.port}".`);
  }
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(config.region)) {
    throw new ConfigError(`--region must look like us-east-1, not "${config.region}".`);
  }
  if (config.auth !== 'accept' && config.auth !== 'enforce') {
    throw new ConfigError(`--auth must be accept or enforce, not "${String(config.auth)}".`);
  }
  if (!['auto', 'process', 'bwrap'].includes(config.isolation)) {
    throw new ConfigError(`--isolation must be auto, process or bwrap, not "${config.isolation}".`);
  }
  if (config.network !== 'own' && config.network !== 'host') {
    throw new ConfigError(`--network must be own or host, not "${String(config.network)}".`);
  }
  if (config.inspect && !isLoopback(config.host)) {
    throw new ConfigError(
      '--inspect is for a Brume on 127.0.0.1: who debugs a function can do all it can.',
    );
  }
  if (config.logFormat !== 'text' && config.logFormat !== 'json') {
    throw new ConfigError(`--log-format must be text or json, not "${String(config.logFormat)}".`);
  }
  if (config.webSocketLimits !== 'aws' && config.webSocketLimits !== 'relaxed') {
    const said = String(config.webSocketLimits);
    throw new ConfigError(`--websocket-limits must be aws or relaxed, not "${said}".`);
  }
  if (config.userPools !== undefined && !/^https?:\/\/.*\{pool\}/.test(config.userPools)) {
    throw new ConfigError(
      `--user-pools must be a URL with {pool} in it, not "${config.userPools}".`,
    );
  }
  if ((config.tlsCertificate === undefined) !== (config.tlsKey === undefined)) {
    throw new ConfigError('--tls-cert and --tls-key belong together.');
  }
  if (config.auth !== 'enforce' && !isLoopback(config.host)) {
    throw new ConfigError(
      `Listening on ${config.host} lets others reach this Brume, which runs code for whoever can ` +
        'call it. Add --auth enforce, or stay on 127.0.0.1.',
    );
  }
  return config;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The URL at which clients on this machine reach an address that a Brume listens on. */
export function endpointOf({ host, port }: { host: string; port: number }): string {
  // Unspecified addresses mean every interface; this machine is reached by loopback.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
