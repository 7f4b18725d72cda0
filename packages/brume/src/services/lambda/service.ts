/** Lambda: how its parts are put together. */
import { join } from 'node:path';
import type { Environment } from '../../environment/environment.ts';
import { lambda } from '../../model/generated/lambda.ts';
import type { Violation } from '../../model/violation.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { withRecentReads } from '../../storage/recent-reads.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { LogsPort } from '../logs/port.ts';
import type { DataPlane } from '../data-plane.ts';
import type { StreamsPort } from '../dynamodb/port.ts';
import { defineService, type Service } from '../service.ts';
import { CodeFolders } from './code/code-folders.ts';
import { CodeDownloads } from './code/downloads.ts';
import type { LocalFolders } from './code/local-folder.ts';
import { Images } from './images/images.ts';
import { DurableExecutions } from './durable/durable-executions.ts';
import { featureUnsupported } from './errors.ts';
import { dynamoDBSource } from './event-sources/dynamodb-streams.ts';
import { EventSources } from './event-sources/event-sources.ts';
import type { Credentials } from './execution-environment/variables.ts';
import { FunctionUrls, type VerifyUrlCaller } from './function-url/function-urls.ts';
import { Concurrency } from './invocation/concurrency.ts';
import { Dispatcher, type DispatcherDependencies } from './invocation/dispatcher.ts';
import { EventQueue } from './invocation/event-queue.ts';
import { settingsOf } from './invocation/event-settings.ts';
import { concludeEvent, invokeEvent, invokeFunction } from './invocation/invoke-function.ts';
import { invokeStreamed } from './invocation/invoke-streamed.ts';
import { applyAllProvisioned } from './invocation/provisioned.ts';
import { invokeChained, runDurably } from './invocation/run-durable.ts';
import { ENVIRONMENTS_MAX } from './limits.ts';
import { operations } from './operations.ts';
import { admittedTo, otherAccountOf } from './other-accounts.ts';
import type { LambdaPort } from './port.ts';
import type { Runtimes } from './runtimes/runtime.ts';
import { createRuntimes } from './runtimes/runtimes.ts';
import { SandboxChoice, type FunctionNetwork, type Isolation } from './sandbox/isolation.ts';
import type { LambdaState } from './state.ts';

export interface LambdaDependencies {
  readonly store: OrderedStore;
  readonly blobs: BlobStore;
  readonly environment: Environment;
  readonly log: Logger;
  /** Where functions' logs are kept; in Brume's own log only where it is absent. */
  readonly logs?: LogsPort;
  /** Absolute path of a folder for unpacked code, which is Lambda's alone; emptied at start. */
  readonly workFolder: string;
  /** Base URL under which functions reach Brume: their AWS_ENDPOINT_URL. */
  readonly endpoint: () => string;
  /** Processes of functions at one time; more invocations wait. */
  readonly environmentsMax?: number;
  /** How far functions are kept apart; as far as possible where it is not said. */
  readonly isolation?: Isolation;
  /** Whether isolated functions have a network of their own; so where it is not said. */
  readonly network?: FunctionNetwork;
  /** Whether environments wait for functions, so that these start sooner; not where it is not said. */
  readonly prepare?: boolean;
  /** Whether runtimes that are not on this machine are fetched; not where it is not said. */
  readonly fetch?: boolean;
  /** Whether debuggers may come to functions; not where it is not said. */
  readonly inspect?: boolean;
  /** Whether functions stand still between invocations, as on AWS; so where it is not said. */
  readonly freeze?: boolean;
  /** Whether others than the users of this machine can have functions run: isolation is a must then. */
  readonly exposed?: boolean;
  /** Which folders functions may run as they are: any, where it is not said. */
  readonly localFolders?: LocalFolders;
  /** Where the user's passwords for registries are; Docker's own folder, if it is not said. */
  readonly dockerFolder?: string;
  /** The certificate, as a file, that functions trust beside the usual ones: Brume's own. */
  readonly authorityFile?: () => Promise<string>;
  /** Streams of tables, asked for by the first event source mapping. */
  readonly streams?: () => Promise<StreamsPort>;
  /** Without it, function URLs with AWS_IAM let nobody through. */
  readonly verifyUrlCaller?: VerifyUrlCaller;
  /** Whether function URLs need both permissions that AWS wants; one does where it is not said. */
  readonly enforce?: boolean;
  /** Credentials of a function's role; where absent the account's own number is the access key. */
  readonly mintCredentials?: (roleArn: string, accountId: string) => Promise<Credentials>;
}

export interface Lambda {
  readonly service: Service;
  readonly port: LambdaPort;
  /** How many execution environments wait for a function. */
  waiting(): number;
  /** Where the packages of functions are downloaded. */
  readonly dataPlane: DataPlane;
  readonly functionUrls: FunctionUrls;
}

export function createLambda(dependencies: LambdaDependencies): Lambda {
  const state = createState(dependencies);
  const { events, eventSources, durable, dispatcher, runtimes } = state;
  const { log } = dependencies;
  events.look();
  eventSources.open();
  const provisioned = applyAllProvisioned(state);
  const resumed = durable.resume().catch((error: unknown) => {
    log.log('error', 'Durable executions were not taken up', { error: String(error) });
  });
  const close = async () => {
    // They wait for their invocations, which end with the dispatcher.
    const eventSourcesClosed = eventSources.close();
    durable.close();
    await Promise.all([resumed, provisioned]);
    await events.close();
    await dispatcher.close();
    await eventSourcesClosed;
  };
  const service = defineService({
    model: lambda,
    operations,
    state,
    invalidInput: (_operation, violations) => invalidRuntime(runtimes, violations),
    close,
  });
  return {
    service: {
      ...service,
      async execute(operation, input, context) {
        const other = otherAccountOf(input, context);
        if (other === undefined) return service.execute(operation, input, context);
        const admitted = await admittedTo(state, other, operation, input, context);
        return service.execute(operation, input, admitted);
      },
    },
    port: {
      invoke: (request) => invokeFunction(state, request),
      invokeStreamed: (request) => invokeStreamed(state, request),
    },
    waiting: () => dispatcher.waiting,
    dataPlane: state.downloads,
    functionUrls: new FunctionUrls(
      state,
      dependencies.verifyUrlCaller,
      dependencies.enforce ?? false,
    ),
  };
}

function createState(dependencies: LambdaDependencies): LambdaState {
  const { blobs, environment, log, workFolder } = dependencies;
  const store = withRecentReads(dependencies.store);
  const { clock, random } = environment;
  const code = new CodeFolders(workFolder, blobs, random);
  const downloads = new CodeDownloads(blobs, clock, random);
  const runtimes = createRuntimes({
    ...{ environment, log, folder: join(workFolder, 'runtimes') },
    fetches: dependencies.fetch ?? false,
    authorityFile: dependencies.authorityFile,
  });
  const sandboxes = sandboxChoice(dependencies);
  const { exposed = false, localFolders = { within: '/', without: undefined } } = dependencies;
  const images = new Images({
    ...{ store, environment, workFolder, localFolders, exposed, sandboxes },
    dockerFolder: dependencies.dockerFolder,
  });
  const dispatcher = createDispatcher(dependencies, { code, images, runtimes, sandboxes });
  const concurrency = new Concurrency();
  const events = new EventQueue({
    store,
    environment,
    log,
    settingsOf: (event) => settingsOf(state, event),
    run: (event) => invokeEvent(state, event),
    concluded: (event, ending, settings) => concludeEvent(state, event, ending, settings),
  });
  const eventSources = new EventSources({
    store,
    environment,
    log,
    sourceOf: (arn) => streamSource(dependencies, arn),
    invoke: ({ functionArn: functionName, accountId, region }, payload, requestId) =>
      invokeFunction(state, { functionName, accountId, region, payload, requestId }),
  });
  const durable = new DurableExecutions({
    store,
    environment,
    log,
    run: (execution, payload, requestId) => runDurably(state, execution, payload, requestId),
    invoke: (invocation) => invokeChained(state, invocation),
  });
  const state: LambdaState = {
    store,
    blobs,
    environment,
    log,
    code,
    images,
    downloads,
    exposed,
    localFolders,
    runtimes,
    concurrency,
    dispatcher,
    events,
    eventSources,
    durable,
  };
  return state;
}

function createDispatcher(
  dependencies: LambdaDependencies,
  parts: Pick<DispatcherDependencies, 'code' | 'images' | 'runtimes' | 'sandboxes'>,
): Dispatcher {
  const { environment, log, logs, endpoint } = dependencies;
  return new Dispatcher({
    ...{ ...parts, environment, log, logs, endpoint },
    prepares: dependencies.prepare ?? false,
    // A debugger's words would wait until the next invocation.
    freezes: (dependencies.freeze ?? true) && dependencies.inspect !== true,
    inspects: dependencies.inspect ?? false,
    environmentsMax: dependencies.environmentsMax ?? ENVIRONMENTS_MAX,
    credentials: dependencies.mintCredentials ?? accountCredentials,
  });
}

async function streamSource({ streams }: LambdaDependencies, arn: string) {
  if (!streams) throw featureUnsupported('streams without DynamoDB');
  return dynamoDBSource(await streams(), arn);
}

function sandboxChoice(dependencies: LambdaDependencies): SandboxChoice {
  const { environment, log, workFolder, endpoint, exposed = false } = dependencies;
  const { isolation = 'auto', network = 'own' } = dependencies;
  const folder = join(workFolder, 'sandbox');
  const wanted = { isolation, network, processAllowed: !exposed };
  return new SandboxChoice({ ...wanted, environment, log, folder, endpoint });
}

/** A runtime that the model does not know has an error of its own, where it is the only violation. */
function invalidRuntime(runtimes: Runtimes, violations: readonly Violation[]) {
  const [first, ...others] = violations;
  if (first === undefined || others.length > 0) return undefined;
  const isRuntime = first.path.join('.') === 'Runtime' && first.constraint.type === 'enum';
  return isRuntime ? runtimes.refusal(String(first.value)) : undefined;
}

/** A 12-digit access key names its account; nobody checks the rest unless signatures are enforced. */
async function accountCredentials(_roleArn: string, accountId: string): Promise<Credentials> {
  return { accessKeyId: accountId, secretAccessKey: 'brume', sessionToken: 'brume' };
}
