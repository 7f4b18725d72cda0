/**
 * Which services this Brume has, how their requests are recognized, and what each is given. All are
 * loaded by their first request; data planes claim by address before that.
 */
import type { Authenticator } from './auth/authenticate.ts';
import type { Config } from './config.ts';
import type { Control } from './dispatch/pages.ts';
import type { ServiceEntry } from './dispatch/service-registry.ts';
import type { Environment } from './environment/environment.ts';
import type { HttpHandler, HttpRequest } from './http/message.ts';
import type { HandshakeTerms } from './http/tls/tls-front.ts';
import { inTurn } from './in-turn.ts';
import { AwsError } from './model/aws-error.ts';
import type { Persistence } from './persistence.ts';
import type { DataPlane, PlaneEvent } from './services/data-plane.ts';
import { dynamodbHealthPage } from './services/dynamodb/health-page.ts';
import { requestIdOf } from './services/dynamodb/request-id.ts';
import type { StreamsPort } from './services/dynamodb/port.ts';
import type { RestGateway } from './services/apigateway/service.ts';
import type { ApiGatewayV2 } from './services/apigatewayv2/service.ts';
import { CustomDomains } from './services/execute-api/custom-domains.ts';
import type { ExecuteApi } from './services/execute-api/execute-api.ts';
import { executeApiPlane } from './services/execute-api/plane.ts';
import type { Service } from './services/service.ts';
import { portalPlane } from './services/portal-site/plane.ts';
import { functionUrlPlane } from './services/lambda/function-url/plane.ts';
import type { LambdaPort } from './services/lambda/port.ts';
import type { LogsPort } from './services/logs/port.ts';
import { prefixRange } from './storage/key-encoding.ts';
import type { Logger } from './telemetry/log.ts';
import type { ServiceMetrics } from './telemetry/service-metrics.ts';
import { fileTruststores } from './truststores.ts';

export interface ServicesOptions {
  readonly environment: Environment;
  readonly log: Logger;
  readonly persistence: Persistence;
  readonly authenticator: Authenticator;
  readonly metrics: ServiceMetrics;
  /** Is told of what happens without requests: messages of WebSockets. */
  readonly observe: (event: PlaneEvent) => void;
  readonly webSocketLimits: Config['webSocketLimits'];
  readonly userPools: Config['userPools'];
  /** Answers requests that Brume makes of itself, whoever is said to have signed them. */
  readonly callItself: HttpHandler;
  /** Whether functions need credentials that are verified. */
  readonly enforce: boolean;
  /** The certificate of this Brume's authority, as a file. */
  readonly authorityFile: () => Promise<string>;
  /** URL at which functions reach this Brume. */
  readonly endpoint: () => string;
  readonly isolation: Config['isolation'];
  readonly network: Config['network'];
  readonly freeze: boolean;
  readonly fetch: boolean;
  readonly inspect: boolean;
  readonly prepare: boolean;
  /** Whether others than the users of this machine can reach this Brume. */
  readonly exposed: boolean;
  /** Which folders of this machine functions may run as they are. */
  readonly localFolders: { readonly within: string; readonly without: string | undefined };
}

/** Logs are kept by another service. */
interface LoggingOptions extends ServicesOptions {
  readonly logs: () => Promise<LogsPort>;
}

export interface Services {
  readonly entries: readonly ServiceEntry[];
  readonly dataPlanes: readonly DataPlane[];
  /** What can be changed while Brume runs, by the names of their pages. */
  readonly controls: Readonly<Record<string, Control>>;
  /**
   * Takes up again what was under way when the last process ended. What cannot be taken up is in the log,
   * and keeps nothing else from working.
   */
  resume(): Promise<void>;
  /** What a client must bring that asks for a name in its TLS handshake. */
  handshakeTerms(serverName: string): HandshakeTerms;
  /** Ends what runs on behalf of clients that are gone, in so long at most; before services close. */
  drain(graceMs: number): Promise<void>;
  /** Releases what belongs to no service alone. */
  close(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
/** Of a CreateFunction request with a 50 MB package in base64 (AWS's own figure). */
const LAMBDA_BODY_BYTES_MAX = 70_167_211;
const FUNCTION_SESSION_MS = 12 * 3600 * 1000;

export function createServices(options: ServicesOptions): Services {
  const dynamodb = dynamodbServices(options);
  const logs = logsServices(options);
  const lambda = lambdaServices({ ...options, logs: logs.port }, dynamodb.streams);
  const gateway = gatewayServices({ ...options, logs: logs.port }, lambda.port);
  const parts = [dynamodb, logs, lambda, gateway];
  return {
    entries: [...parts.flatMap(({ entries }) => entries), stsEntry(options)],
    dataPlanes: parts.flatMap(({ dataPlanes }) => dataPlanes),
    controls: { ...dynamodb.controls, ...gateway.controls },
    async resume() {
      for (const part of parts) {
        await part.resume().catch((error: unknown) => notResumed(error, options.log));
      }
    },
    handshakeTerms: (serverName) => gateway.handshakeTerms(serverName),
    drain: (graceMs) => gateway.drain(graceMs),
    close: () => inTurn(parts.map((part) => () => part.close())),
  };
}

function notResumed(error: unknown, log: Logger): void {
  log.log('error', 'Work left by an earlier start was not taken up', { error: String(error) });
}

/** CloudWatch Logs, which other services write to. */
function logsServices({ environment, log, persistence }: ServicesOptions) {
  const logs = once(async () => {
    const { createLogs } = await import('./services/logs/service.ts');
    return createLogs({ store: persistence.store, environment, log });
  });
  const entry: ServiceEntry = {
    name: 'logs',
    signingName: 'logs',
    targetPrefix: 'Logs_20140328',
    protocols: ['json'],
    bodyBytesMax: 6 * MEBIBYTE,
    load: async () => (await logs()).service,
  };
  return {
    port: async () => (await logs()).port,
    entries: [entry],
    dataPlanes: [],
    /** Events expire by themselves. */
    async resume() {
      if (await hasEntries(persistence, ['logs'])) await logs();
    },
    /** The registry closes them, but not logs that were begun by functions alone. */
    async close() {
      await (await logs.made())?.service.close();
    },
  };
}

function lambdaServices(options: LoggingOptions, streams: () => Promise<StreamsPort>) {
  const { environment, log, persistence, endpoint, isolation, freeze, prepare, exposed } = options;
  const { network, fetch, inspect, localFolders } = options;
  const { store, blobs } = persistence;
  const lambda = once(async () => {
    const [{ createLambda }, cacheFolder] = await Promise.all([
      import('./services/lambda/service.ts'),
      persistence.cacheFolder(),
    ]);
    const workFolder = `${cacheFolder}/lambda`;
    const verifyUrlCaller = iamVerifier(options.authenticator, 'lambda').verify;
    const { authorityFile } = options;
    const ports = { streams, logs: await options.logs(), verifyUrlCaller, authorityFile };
    const apart = { isolation, network, fetch, inspect, freeze, prepare, exposed, localFolders };
    const parts = { store, blobs, environment, log, workFolder, endpoint, ...ports, ...apart };
    const mintCredentials = functionCredentials(options);
    return createLambda(options.enforce ? { ...parts, enforce: true, mintCredentials } : parts);
  });
  const entry: ServiceEntry = {
    name: 'lambda',
    signingName: 'lambda',
    protocols: ['rest-json'],
    bodyBytesMax: LAMBDA_BODY_BYTES_MAX,
    load: async () => (await lambda()).service,
  };
  const codeDownloads: DataPlane = {
    name: 'lambda-code',
    claim(request) {
      if (!request.target.startsWith('/_aws/lambda/code/')) return undefined;
      return async (claimed, note) => {
        const handler = (await lambda()).dataPlane.claim(claimed);
        if (!handler) throw new AwsError({ code: 'NotFound', status: 404, message: 'Not Found' });
        return handler(claimed, note);
      };
    },
  };
  return {
    port: async () => (await lambda()).port,
    entries: [entry],
    dataPlanes: [codeDownloads, functionUrlPlane(async () => (await lambda()).functionUrls)],
    /** Events that were not run yet, streams that functions follow, executions that go on. */
    async resume() {
      for (const work of ['events', 'event-source-mappings', 'durable-executions', 'provisioned']) {
        if (await hasEntries(persistence, ['lambda', work])) await lambda();
      }
    },
    /** The registry closes it, but not when it was begun by what was left to do alone. */
    async close() {
      await (await lambda.made())?.service.close();
    },
  };
}

/** APIs: the control planes of REST and HTTP APIs, and the plane that serves what is deployed. */
function gatewayServices(options: LoggingOptions, lambda: () => Promise<LambdaPort>) {
  const { environment, log, persistence } = options;
  const gateway = once(async () => {
    const { createApiGatewayV2 } = await import('./services/apigatewayv2/service.ts');
    return createApiGatewayV2({
      ...{ store: persistence.store, environment, log },
      domainNames: async () => (await rest()).domainNames,
      restStages: async () => (await rest()).restStages,
    });
  });
  const rest = once(async (): Promise<RestGateway> => {
    const { createApiGateway } = await import('./services/apigateway/service.ts');
    const makeClientCertificate = await clientCertificates(environment);
    return createApiGateway({
      ...{ store: persistence.store, environment, log, makeClientCertificate },
      testInvoke: async () => (await executeApi()).testInvoke,
      usage: async () => (await executeApi()).usage,
      webSocketStages: async () => (await gateway()).webSocketStages,
      whenServing: () => executeApi().then(nothing, nothing),
      truststores: fileTruststores({ ...options, disk: environment.disk }),
    });
  });
  const outbound = once(async () => {
    const { createUndiciHttp } = await import('./services/execute-api/undici-http.ts');
    return createUndiciHttp(environment);
  });
  const domains = new CustomDomains({ isExposed: options.exposed });
  const executeApi = servable(log, async () => {
    // All begin at once, so that whoever closes meanwhile knows of them.
    const code = import('./services/execute-api/execute-api.ts');
    const begun = [code, gateway(), rest(), lambda(), outbound()] as const;
    const [{ ExecuteApi }, second, first, port, http] = await Promise.all(begun);
    const { stages, webSockets } = second;
    const iam = iamVerifier(options.authenticator, 'execute-api');
    const { feed, restApiIds, usageRecords } = first;
    const feeds = { stages, rest: feed, restApiIds };
    const { observe, webSocketLimits: limits } = options;
    return new ExecuteApi({
      ...{ ...feeds, lambda: port, http, iam, usageRecords, domains, log, environment },
      callService: options.callItself,
      logs: writtenLater(options.logs),
      metrics: options.metrics,
      userPools: options.userPools,
      webSockets: { stages: webSockets, limits, observe },
    });
  });
  const portals = portalPages(environment, gateway);
  const deployed = async () => {
    // Who deploys will call soon.
    executeApi().catch(nothing);
    return rest();
  };
  return {
    entries: gatewayEntries({ rest: deployed, gateway }),
    dataPlanes: [executeApiPlane(executeApi, domains), portalPlane(portals)],
    handshakeTerms: (serverName: string) => domains.handshakeTerms(serverName),
    controls: { connections: connectionsControl(executeApi) },
    /** Requests by custom domain names are known from all others only then. */
    async resume() {
      for (const known of ['ids', 'domainname-scopes']) {
        if (await hasEntries(persistence, ['apigateway', known])) await executeApi();
      }
    },
    async drain(graceMs: number) {
      await (await executeApi.made())?.drain(graceMs);
    },
    async close() {
      await (await executeApi.made())?.close();
      await (await outbound.made())?.close();
    },
  };
}

/** What `/_brume/connections` shows and changes. */
function connectionsControl(executeApi: () => Promise<ExecuteApi>): Control {
  const read = async () => (await executeApi()).connections();
  return {
    isPrivate: true,
    read,
    async change(said) {
      (await executeApi()).commandConnection(said);
      return read();
    },
  };
}

/** The pages of API portals, whose files are read when they are asked for. */
function portalPages({ disk }: Environment, gateway: () => Promise<ApiGatewayV2>) {
  return once(async () => {
    const { PortalPages } = await import('./services/portal-site/portal-pages.ts');
    const { portalSites: sites } = await gateway();
    return new PortalPages({ sites, readFile: (path) => disk.readFile(path) });
  });
}

/** Both sign as one service and are told apart by their paths: those of the second begin with /v2. */
function gatewayEntries(load: {
  readonly rest: () => Promise<{ readonly service: Service }>;
  readonly gateway: () => Promise<{ readonly service: Service }>;
}): ServiceEntry[] {
  const alike = {
    signingName: 'apigateway',
    protocols: ['rest-json'],
    bodyBytesMax: 6 * MEBIBYTE,
  } as const;
  return [
    { ...alike, name: 'apigateway', load: async () => (await load.rest()).service },
    { ...alike, name: 'apigatewayv2', load: async () => (await load.gateway()).service },
  ];
}

/** Certificates by which APIs are known to their integrations, each with a key of its own. */
async function clientCertificates({ random }: Environment) {
  const [{ generateKeyPairSync }, { clientCertificate }] = await Promise.all([
    import('node:crypto'),
    import('./http/tls/certificate.ts'),
  ]);
  return (validity: { readonly fromMs: number; readonly untilMs: number }) => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const name = 'ApiGateway';
    const certificate = clientCertificate({ name, key, serial: random.bytes(16), validity });
    const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate, privateKey };
  };
}

function stsEntry({ environment, log, persistence }: ServicesOptions): ServiceEntry {
  return {
    name: 'sts',
    signingName: 'sts',
    protocols: ['query'],
    bodyBytesMax: MEBIBYTE,
    async load() {
      const { createSts } = await import('./services/sts/service.ts');
      return createSts({ credentials: persistence.credentials, environment, log });
    },
  };
}

/** The tables, and their streams, which read what the tables keep. */
function dynamodbServices({ environment, log, persistence }: ServicesOptions) {
  const tables = once(async () => {
    const { createDynamoDB } = await import('./services/dynamodb/service.ts');
    const { store, exportFolder } = persistence;
    return createDynamoDB({ store, environment, log, exportFolder });
  });
  const json = { signingName: 'dynamodb', protocols: ['json'], requestIdOf } as const;
  const entries: ServiceEntry[] = [
    {
      ...json,
      name: 'dynamodb',
      targetPrefix: 'DynamoDB_20120810',
      bodyBytesMax: 16 * MEBIBYTE,
      load: tables,
    },
    {
      ...json,
      name: 'streams.dynamodb',
      targetPrefix: 'DynamoDBStreams_20120810',
      bodyBytesMax: MEBIBYTE,
      async load() {
        const { createDynamoDBStreams } = await import('./services/dynamodbstreams/service.ts');
        const { streams } = await tables();
        return createDynamoDBStreams({ streams, environment });
      },
    },
  ];
  const faults: Control = {
    read: async () => (await tables()).rehearsal.read(),
    change: async (said) => (await tables()).rehearsal.change(said),
  };
  return {
    entries,
    controls: { faults },
    streams: async () => (await tables()).streams,
    dataPlanes: [dynamodbHealthPage],
    /** Tables have work of their own: backfills, expiry, the trimming of streams. */
    async resume() {
      if (await hasEntries(persistence, ['dynamodb'])) await tables();
    },
    /** The registry closes them, but not tables that were begun by their streams alone. */
    async close() {
      await (await tables.made())?.close();
    },
  };
}

/** What has failed is in the log. */
const nothing = () => {};

/** Where it cannot be made the log says why, once; requests are told no more than that. */
function servable(log: Logger, make: () => Promise<ExecuteApi>): Once<ExecuteApi> {
  return once(() =>
    make().catch((error: unknown) => {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.log('error', 'APIs cannot be served until Brume starts anew', { error: why });
      const message = 'Brume cannot serve APIs until it starts anew. Its log says why.';
      throw new AwsError({ code: 'InternalServerError', status: 500, message });
    }),
  );
}

async function hasEntries({ store }: Persistence, prefix: readonly string[]): Promise<boolean> {
  const found = await store.range({ ...prefixRange(prefix), limit: 1 });
  return found.length > 0;
}

interface Once<Thing> {
  /** Makes it on the first call, and answers with the same from then on. */
  (): Promise<Thing>;
  /** For who closes: undefined where nobody has called, and where it could not be made. */
  made(): Promise<Thing | undefined>;
}

function once<Thing>(make: () => Promise<Thing>): Once<Thing> {
  let made: Promise<Thing> | undefined;
  const madeIfAny = async () => made?.catch(() => undefined);
  return Object.assign(() => (made ??= make()), { made: madeIfAny });
}

/** A session of the function's role, as the real service hands to each execution environment. */
function functionCredentials({ persistence, environment }: ServicesOptions) {
  return async (roleArn: string, accountId: string) => {
    const role = roleArn.split('/').at(-1) ?? 'role';
    return persistence.credentials.issue({
      accountId,
      principalArn: `arn:aws:sts::${accountId}:assumed-role/${role}/function`,
      userId: `AROA${role.toUpperCase()}:function`,
      expiresAtMs: environment.clock.nowMs() + FUNCTION_SESSION_MS,
    });
  };
}

/** Logs that are loaded by the first event. */
function writtenLater(logs: () => Promise<LogsPort>): LogsPort {
  return { write: (stream, event) => void logs().then((port) => port.write(stream, event)) };
}

/** Who signed a request to an API or function whose address asks for IAM; nobody when it was not signed well. */
function iamVerifier(authenticator: Authenticator, service: 'execute-api' | 'lambda') {
  const verified = (request: HttpRequest, body: Buffer, region: string) => {
    try {
      const { accountId, caller } = authenticator.authenticate(request, {
        service,
        region,
        protocol: 'rest-json',
        body,
      });
      if (caller.accessKeyId === '') return undefined;
      const { accessKeyId: accessKey, principalArn: userArn, userId } = caller;
      return { accessKey, accountId, callerId: userId, userArn, userId };
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  };
  return {
    verify: (...asked: Parameters<typeof verified>) => {
      const identity = verified(...asked);
      return identity instanceof AwsError ? undefined : identity;
    },
    refusal: (...asked: Parameters<typeof verified>) => {
      const error = verified(...asked);
      return error instanceof AwsError ? error : undefined;
    },
  };
}
