/**
 * The composition root: `createBrume` puts a cloud together from a configuration and an environment, with
 * what `persistence.ts` keeps and `services.ts` serves; `handle` answers requests, with or without a socket.
 */
import { createAuthenticator } from './auth/authenticate.ts';
import type { Authenticator } from './auth/authenticate.ts';
import type { Credentials, CredentialStore } from './auth/credentials.ts';
import { ownCertificates } from './certificates.ts';
import { clockControl } from './clock-control.ts';
import { endpointOf, isLoopback, resolveConfig } from './config.ts';
import type { Config } from './config.ts';
import { consolePages } from './console/console.ts';
import { refuseForeignPages } from './dispatch/browser-guard.ts';
import { preflightPlane } from './dispatch/cors.ts';
import { createDispatcher, recordEvent } from './dispatch/dispatcher.ts';
import type { DispatcherOptions } from './dispatch/dispatcher.ts';
import { refuseOthers } from './dispatch/owner-guard.ts';
import { createPages } from './dispatch/pages.ts';
import { ServiceRegistry } from './dispatch/service-registry.ts';
import type { LoadedService } from './dispatch/service-registry.ts';
import type { Environment } from './environment/environment.ts';
import { MovableClock } from './environment/movable-clock.ts';
import { nodeEnvironment } from './environment/node.ts';
import { listen } from './http/listener.ts';
import type { Listener } from './http/listener.ts';
import type { HttpHandler, HttpRequest } from './http/message.ts';
import { sdkRequestHandler } from './http/request-handler.ts';
import type { SdkRequestHandler } from './http/request-handler.ts';
import { inTurn } from './in-turn.ts';
import { openPersistence } from './persistence.ts';
import { createServices } from './services.ts';
import type { Services } from './services.ts';
import { LineLog } from './telemetry/log.ts';
import { RequestMetrics } from './telemetry/metrics.ts';
import { RequestTraces } from './telemetry/traces.ts';

export interface Brume {
  readonly config: Config;
  /** Credentials of the account's owner, for clients of a Brume that enforces signatures. */
  readonly root: Credentials;
  /** Answers one request, as the socket does. Never rejects. */
  readonly handle: HttpHandler;
  /** The same for AWS SDK clients in this process: `new LambdaClient({ requestHandler })`. */
  readonly requestHandler: SdkRequestHandler;
  /** Opens the socket. Rejects with Node's error when the address cannot be had. */
  listen(): Promise<Listener>;
  /** The certificate that https clients are to trust, as a file: their `NODE_EXTRA_CA_CERTS`. */
  authorityFile(): Promise<string>;
  /** Every service, loaded: for what is generated from their dispatch tables. */
  services(): Promise<readonly LoadedService[]>;
  /** Ends running requests, makes everything durable and lets the data folder go. */
  close(): Promise<void>;
}

export interface Surroundings {
  readonly environment?: Environment;
  /** Takes log lines; nothing is logged where it is absent. */
  readonly write?: (text: string) => void;
}

/** Running requests get so long to end when Brume closes. */
const CLOSE_GRACE_MS = 5000;

export async function createBrume(
  said: Partial<Config> = {},
  { environment = nodeEnvironment(), write = () => {} }: Surroundings = {},
): Promise<Brume> {
  const config = resolveConfig(said);
  const { isolation, network, fetch, inspect, freeze, prepare, webSocketLimits, userPools } =
    config;
  const { clock, random, timers } = environment;
  const log = new LineLog({ write, format: config.logFormat, clock, timers });
  const persistence = await openPersistence(config, environment, log);
  const { credentials } = persistence;
  const authenticator = createAuthenticator({ mode: config.auth, credentials, clock });
  const tls = ownCertificates(config, persistence, environment);
  let listener: Listener | undefined;
  let resumed: Promise<void> | undefined;
  // Only services live by the clock that can be moved: who signs a request has the real time.
  const movable = new MovableClock(environment);
  const metrics = new RequestMetrics();
  const traces = new RequestTraces();
  const services = createServices({
    environment: { ...environment, clock: movable.clock, timers: movable.timers },
    log,
    persistence,
    authenticator,
    metrics: metrics.services,
    observe: (event) => recordEvent({ clock, log, metrics, traces }, event),
    callItself: (request) => trusting(dispatch, credentials)(request),
    enforce: config.auth === 'enforce',
    endpoint: () => endpointOf(listener ?? config),
    authorityFile: () => tls.authorityFile(),
    ...{ isolation, network, fetch, inspect, freeze, prepare, webSocketLimits, userPools },
    exposed: !isLoopback(config.host),
    localFolders: localFolders(config),
  });
  const registry = new ServiceRegistry(services.entries);
  const { guard, authorize } = guards(config, authenticator, credentials);
  const health = () => describe(config, credentials, services, movable);
  const controls = { ...services.controls, clock: clockControl(movable) };
  const shown = { metrics, traces, health, controls, console: consolePages(environment.disk) };
  const pages = createPages({ ...shown, guard, authorize });
  const pipeline = { registry, authenticator, defaultRegion: config.region, guard, log };
  const dataPlanes = [pages, ...services.dataPlanes, preflightPlane(guard)];
  const dispatch = { pipeline, dataPlanes, clock, random, log, metrics, traces };
  const handle = createDispatcher(dispatch);
  return {
    config,
    root: credentials.root,
    handle,
    requestHandler: sdkRequestHandler(handle),
    services: () => Promise.all(services.entries.map(async (entry) => registry.load(entry))),
    authorityFile: () => tls.authorityFile(),
    async listen() {
      await tls.check();
      const termsFor = (serverName: string) => services.handshakeTerms(serverName);
      const certificates = () => tls.certificates();
      listener = await listen(handle, { ...config, certificates, termsFor });
      resumed = services.resume();
      return listener;
    },
    close: () =>
      inTurn([
        () => listener?.close(CLOSE_GRACE_MS),
        () => resumed,
        () => closeServices(services, registry),
        () => tls.settled(),
        () => persistence.close(),
        () => log.flush(),
      ]),
  };
}

function closeServices(services: Services, registry: ServiceRegistry): Promise<void> {
  return inTurn([
    () => services.drain(CLOSE_GRACE_MS),
    () => registry.close(),
    () => services.close(),
  ]);
}

/** What keeps foreign pages out while anybody is trusted, and all but the owner from changes else. */
function guards(config: Config, authenticator: Authenticator, { root }: CredentialStore) {
  const guard = (request: HttpRequest) => {
    if (config.auth === 'accept') refuseForeignPages(request, config.host);
  };
  const authorize = (request: HttpRequest, body: Buffer) => {
    if (config.auth === 'accept') return;
    refuseOthers(request, body, authenticator, root.accessKeyId);
  };
  return { guard, authorize };
}

/** Which folders of this machine may be functions' code. */
function localFolders({ codeFolder, dataFolder, memory }: Config) {
  return { within: codeFolder, without: memory ? undefined : dataFolder };
}

/** What an API's integration asks for, it asks as the account that the API belongs to. */
function trusting(options: DispatcherOptions, credentials: CredentialStore): HttpHandler {
  const { pipeline, clock } = options;
  const authenticator = createAuthenticator({ mode: 'accept', credentials, clock });
  return createDispatcher({
    ...options,
    pipeline: { ...pipeline, authenticator, guard: () => {} },
  });
}

/** What `/_brume/health` and `brume status` say. */
function describe(
  config: Config,
  { root }: CredentialStore,
  { entries }: Services,
  { aheadMs }: MovableClock,
) {
  return {
    name: 'brume',
    version: config.version,
    region: config.region,
    account: root.accountId,
    auth: config.auth,
    data: config.memory ? 'memory' : config.dataFolder,
    services: entries.map(({ name }) => name),
    ...(aheadMs !== 0 && { clockAheadMs: aheadMs }),
  };
}
