/**
 * One execution environment: the processes that run one version of a function, their Runtime API and
 * their log. Lives through `starting → idle ⇄ busy → ended`; runs one invocation at a time.
 */
import assert from 'node:assert';
import type { Clock, Timer, Timers } from '../../../environment/environment.ts';
import type { CodeFolder } from '../code/code-folders.ts';
import { EnvironmentLog, type LogSink } from '../logging/environment-log.ts';
import { SHUTDOWN_EXTERNAL_MS, SHUTDOWN_INTERNAL_MS, SHUTDOWN_RUNTIME_SHARE } from '../limits.ts';
import type { PlatformEvents } from '../logging/platform-events.ts';
import type { PlatformLine } from '../logging/platform-lines.ts';
import { Telemetry } from '../logging/telemetry.ts';
import type { Answer } from '../runtime-api/answer.ts';
import type { ExtensionApi } from '../runtime-api/extension-requests.ts';
import { RuntimeApi } from '../runtime-api/runtime-api.ts';
import type { RuntimeEvents, RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import { readSubscription } from '../runtime-api/subscription.ts';
import type { Launch, LaunchFailure } from '../runtimes/runtime.ts';
import type { ExternalExtension } from '../sandbox/find-extensions.ts';
import type { Address, Sandbox, SandboxDriver, SocketPlace } from '../sandbox/sandbox.ts';
import { EnvironmentExtensions, type ShutdownReason } from './environment-extensions.ts';
import { EnvironmentReports } from './environment-reports.ts';
import {
  exited,
  initFailed,
  invalidEntrypoint,
  notStarted,
  outOfMemory,
  timedOut,
  type Failure,
} from './failure.ts';
import { Freezer } from './freezer.ts';
import { Inspector } from './inspector.ts';
import { failureOf, runtimeDone, type End, type Outcome, type Start } from './outcome.ts';
import { outputArrived } from './output-arrived.ts';
import { ownVariables, type PreparedEnvironments } from './prepared-environments.ts';

export interface EnvironmentSpec {
  readonly events: PlatformEvents;
  /** What of them the log has. */
  readonly line: PlatformLine;
  /** What extensions are told of the function. */
  readonly function: ExtensionApi['function'];
  /** Programs of its layers that run beside it. */
  readonly extensions: readonly ExternalExtension[];
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
  readonly code: CodeFolder;
  /** The merged files of its layers, `/opt`; undefined without layers. */
  readonly layers: CodeFolder | undefined;
  readonly launch: Launch | LaunchFailure;
  /** Shown by Brume's own bootstraps to the Runtime API. */
  readonly token: string;
  readonly variables: (runtimeApi: string) => Record<string, string>;
}

export interface EnvironmentHost {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly driver: SandboxDriver;
  readonly log: LogSink;
  /** Environments that wait for a function, where this one's may have one of them. */
  readonly prepared: PreparedEnvironments | undefined;
  /** A UUID. */
  readonly newId: () => string;
  /** Whether an environment is frozen while it has nothing to do. */
  readonly freezes: boolean;
  /** Whether a debugger may come; called with what it connects to. */
  readonly onInspectable: ((address: string) => void) | undefined;
  /** The environment can take its next invocation. Not called for the first: `start` resolves. */
  readonly onIdle: () => void;
  /** The environment has ended, with an invocation or without. */
  readonly onEnded: () => void;
}

/** How often it is looked whether a debugger is still there, once a time limit is over. */
const DEBUGGER_LOOK_MS = 500;
const NOTHING = Buffer.alloc(0);

export class ExecutionEnvironment {
  readonly #spec: EnvironmentSpec;
  readonly #host: EnvironmentHost;
  readonly #events: RuntimeEvents;
  #api: RuntimeApi;
  readonly #log: EnvironmentLog;
  readonly #reports: EnvironmentReports;
  readonly #telemetry: Telemetry;
  readonly #extensions: EnvironmentExtensions;
  readonly #freezer: Freezer;
  #inspector: Inspector | undefined;
  readonly #isOwnBootstrap: boolean;
  #sandbox: Sandbox | undefined;
  #state: 'starting' | 'idle' | 'busy' | 'ended' = 'starting';
  #started: ((start: Start) => void) | undefined;
  #answered: ((end: End) => void) | undefined;
  /** The runtime's answer, while it may have more to log. */
  #held: Answer | undefined;
  /** The runtime has asked for an invocation since it was given the last. */
  #asked = false;
  /** The last invocation's report is written. */
  #concluded = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(spec: EnvironmentSpec, host: EnvironmentHost) {
    this.#spec = spec;
    this.#host = host;
    const { clock, timers } = host;
    this.#telemetry = new Telemetry({ clock, timers });
    const { line, events } = spec;
    this.#log = new EnvironmentLog({ sink: host.log, line, telemetry: this.#telemetry, clock });
    this.#reports = new EnvironmentReports(spec, {
      ...{ log: this.#log, clock },
      memoryPeakMb: () => this.#sandbox?.memoryPeakMb() ?? 0,
    });
    this.#extensions = new EnvironmentExtensions(spec.extensions, {
      newId: host.newId,
      events,
      tell: (event) => this.#log.tell(event),
      onOutput: this.#log.stream('extension'),
      onFailure: (failure) => this.#fail(failure),
    });
    this.#freezer = new Freezer({
      ...{ clock, timers, isIdle: () => this.#state === 'idle' },
      freeze: (isFrozen) => this.#freeze(isFrozen),
    });
    this.#events = {
      ready: () => this.#ready(),
      initFailed: (body: Buffer) => this.#fail(initFailed(body)),
      answered: (answer: Answer) => {
        this.#held = answer;
        if (!logsAfterAnswer) this.#release();
      },
    };
    const { ownBootstrap = false, logsAfterAnswer = false } =
      'command' in spec.launch ? spec.launch : {};
    this.#isOwnBootstrap = ownBootstrap;
    this.#api = new RuntimeApi(this.#events, {
      token: this.#isOwnBootstrap ? spec.token : undefined,
      isOwn: (ports) => this.#sandbox?.owns(ports) ?? false,
    });
    this.#api.admitExtensions(this.#extensionApi());
  }

  #extensionApi(): ExtensionApi {
    return {
      extensions: this.#extensions.protocol,
      function: this.#spec.function,
      subscribe: (api, name, body) => {
        const subscription = readSubscription(api, body, (port) => this.#dial(port));
        this.#telemetry.subscribe(subscription);
        this.#log.tell(this.#spec.events.subscription({ api, name, types: subscription.types }));
      },
    };
  }

  /** Starts the processes and waits until the runtime asks for an invocation. */
  async start(limitMs: number): Promise<Start> {
    const { clock } = this.#host;
    const { launch } = this.#spec;
    if ('error' in launch) {
      this.end('failure');
      return { type: 'failed', failure: invalidEntrypoint(launch.error, launch.errorType) };
    }
    const startedMs = clock.monotonicMs();
    const started = new Promise<Start>((resolve) => {
      this.#started = resolve;
    });
    const begin = (await this.#adopt(launch)) ?? (await this.#prepareStart(launch));
    // Ended meanwhile: nothing may be started that nobody would end.
    if (this.#state === 'ended') {
      this.#sandbox?.kill();
      this.#api.close();
      return { type: 'failed', failure: exited({ code: null, signal: 'SIGKILL' }) };
    }
    const { events } = this.#spec;
    this.#log.tell(events.initStart(launch.version));
    if (launch.warning !== undefined) this.#log.tell(events.warning(launch.warning));
    begin();
    this.#watchExit();
    if (this.#extensions.hasExternal) {
      void this.#extensions.registered().then(() => this.#sandbox?.startRuntime());
    }
    const timer = this.#limit(limitMs, () => this.#started?.({ type: 'timed-out' }));
    const start = await started;
    timer.cancel();
    this.#started = undefined;
    this.#sandbox?.settled();
    this.#reports.start(start, clock.monotonicMs() - startedMs);
    if (start.type === 'ready') this.#rest();
    else this.end(start.type === 'failed' ? 'failure' : 'timeout');
    this.#asked = false;
    return start;
  }

  /** Takes an environment that waits, if there is one. What is returned gives it the function. */
  async #adopt(launch: Launch): Promise<(() => void) | undefined> {
    const { code, layers, memorySizeMb, ephemeralStorageMb, variables } = this.#spec;
    // One that waits has started without layers: it would not find what they bring.
    if (layers !== undefined) return undefined;
    const prepared = this.#host.prepared?.take({ launch, memorySizeMb, ephemeralStorageMb });
    if (prepared === undefined) return undefined;
    // Where links cannot be made a start without them still can.
    const isFilled = await prepared.slot.fill(code.path).catch(() => false);
    if (!isFilled) {
      prepared.sandbox.kill();
      prepared.api.close();
      return undefined;
    }
    this.#api.close();
    this.#api = prepared.api;
    this.#api.admitExtensions(this.#extensionApi());
    this.#sandbox = prepared.sandbox;
    return () => {
      const [onStdout, onStderr] = [this.#log.stream(), this.#log.stream()];
      prepared.connect({ events: this.#events, onStdout, onStderr });
      prepared.sandbox.resume();
      prepared.api.assign({ ...launch.env, ...variables(prepared.runtimeApi) });
    };
  }

  async #prepareStart(wanted: Launch): Promise<() => void> {
    const launch = await this.#inspectable(wanted);
    const socket = this.#isOwnBootstrap ? await this.#host.driver.socket() : undefined;
    if (socket) await this.#api.listenAt(socket.path);
    const runtimeApi = this.#host.driver.runtimeApi ?? (await this.#api.listen());
    return () => this.#startProcess(launch, runtimeApi, socket);
  }

  #startProcess(launch: Launch, runtimeApi: string, socket: SocketPlace | undefined): void {
    const { code, layers, token, variables, memorySizeMb, ephemeralStorageMb } = this.#spec;
    const own = socket && ownVariables(token, socket.seenAt);
    this.#sandbox = this.#host.driver.start({
      command: launch.command,
      args: launch.args,
      codeFolder: code.path,
      image: launch.image,
      layersFolder: layers?.path,
      readable: launch.readable,
      socket: socket?.path,
      opensPorts: launch.opensPorts,
      onRuntimeConnection: (connection) => this.#api.connect(connection),
      extensions: this.#extensions.programs,
      memorySizeMb,
      ephemeralStorageMb,
      env: { ...launch.env, ...variables(runtimeApi), ...own },
      onStdout: this.#log.stream(),
      onStderr: this.#log.stream('function', launch.framesLog),
    });
  }

  #watchExit(): void {
    this.#sandbox?.exit.then(
      (exit) => {
        if (exit.outOfMemory) this.#reports.outOfMemory();
        this.#fail(exit.outOfMemory ? outOfMemory() : exited(exit));
      },
      (error: NodeJS.ErrnoException) => this.#fail(notStarted(error)),
    );
  }

  /** Runs one invocation. Only when idle. */
  async invoke(invocation: RuntimeInvocation): Promise<Outcome> {
    assert(this.#state === 'idle');
    this.#state = 'busy';
    this.#freezer.wake();
    const { clock } = this.#host;
    const { timeoutSeconds, events } = this.#spec;
    const startedMs = clock.monotonicMs();
    this.#log.beginTail();
    this.#log.tell(events.start(invocation.requestId));
    const answered = this.#nextAnswer();
    const timer = this.#limit(timeoutSeconds * 1000, () =>
      this.#answered?.({ type: 'failed', failure: timedOut(timeoutSeconds) }),
    );
    const extensionsDone = this.#extensions.invoke(invocation);
    this.#api.give(invocation);
    const end = await answered;
    this.#answered = undefined;
    const runtimeMs = clock.monotonicMs() - startedMs;
    if (end.type === 'failed') this.#endAfter(end.failure);
    await outputArrived(this.#log, this.#host.timers);
    this.#log.tell(runtimeDone(events, invocation.requestId, runtimeMs, end));
    const conclude = (overrun?: Failure) => {
      timer.cancel();
      const durationMs = extensionsDone ? clock.monotonicMs() - startedMs : runtimeMs;
      this.#reports.invocation(invocation.requestId, durationMs, end, overrun);
      this.#concluded = true;
      this.#becomeIdle();
    };
    if (!extensionsDone || end.type === 'failed') {
      conclude();
      return this.#outcome(invocation.requestId, end);
    }
    // The answer is the runtime's, whatever becomes of the extensions.
    this.#log.flush();
    const outcome = this.#outcome(invocation.requestId, end);
    return { ...outcome, settled: this.#finish(extensionsDone).then(conclude) };
  }

  /** The outcome for an invocation for which this environment was started, but did not come up. */
  async failedStart(requestId: string, failure: Failure): Promise<Outcome> {
    this.#log.beginTail();
    this.#log.tell(this.#spec.events.start(requestId));
    await outputArrived(this.#log, this.#host.timers);
    const end = { type: 'failed', failure } as const;
    this.#reports.failedStart(requestId, end);
    return this.#outcome(requestId, end);
  }

  /** Ends the processes: at once, or when extensions have had their time. */
  end(reason: ShutdownReason = 'spindown'): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#freezer.close();
    if (this.#extensions.isEmpty || !this.#sandbox) return this.#kill();
    this.#extensions.expectEnd();
    this.#freezer.wake();
    void this.#shutDown(this.#sandbox, reason).then(() => this.#kill());
  }

  /** Resolves when there are no processes any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  #kill(): void {
    this.#telemetry.close();
    this.#inspector?.close();
    this.#sandbox?.kill();
    this.#api.close();
    this.#spec.code.release();
    this.#spec.layers?.release();
    this.#ended.resolve();
    this.#host.onEnded();
  }

  /** The runtime is asked to end first, then extensions are told; who takes too long is killed. */
  async #shutDown(sandbox: Sandbox, reason: ShutdownReason): Promise<void> {
    const { hasExternal } = this.#extensions;
    const limitMs = hasExternal ? SHUTDOWN_EXTERNAL_MS : SHUTDOWN_INTERNAL_MS;
    const runtimeMs = hasExternal ? limitMs * SHUTDOWN_RUNTIME_SHARE : limitMs;
    const over = this.#pass(limitMs);
    await Promise.race([this.#telemetry.flush(), over]);
    const exited = sandbox.exit.then(
      () => {},
      () => {},
    );
    sandbox.terminate();
    await Promise.race([exited, this.#pass(runtimeMs), over]);
    const deadlineMs = this.#host.clock.nowMs() + limitMs - runtimeMs;
    await Promise.race([this.#extensions.shutDown(reason, deadlineMs), over]);
  }

  /** A time limit, which does not pass while somebody looks at the code by a debugger. */
  #limit(limitMs: number, over: () => void): Timer {
    const { timers } = this.#host;
    let timer: Timer;
    const due = () => {
      if (this.#inspector?.isAttached) timer = timers.after(DEBUGGER_LOOK_MS, due);
      else over();
    };
    timer = timers.after(limitMs, due);
    return { cancel: () => timer.cancel() };
  }

  async #inspectable(launch: Launch): Promise<Launch> {
    const { onInspectable, driver } = this.#host;
    if (!onInspectable || !launch.inspectArgs) return launch;
    const hasOwnNetwork = driver.runtimeApi !== undefined;
    this.#inspector = await Inspector.open(hasOwnNetwork, (port) => this.#dial(port));
    onInspectable(this.#inspector.address);
    return { ...launch, args: [...launch.inspectArgs(this.#inspector.innerPort), ...launch.args] };
  }

  async #dial(port: number): Promise<Address> {
    if (!this.#sandbox) throw new Error('There is no environment any more');
    return this.#sandbox.dial(port);
  }

  #pass(durationMs: number): Promise<void> {
    return new Promise((resolve) => void this.#host.timers.after(durationMs, resolve));
  }

  #nextAnswer(): Promise<End> {
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  /** Waits for extensions to be done with an invocation. Returns what went wrong meanwhile. */
  async #finish(extensionsDone: Promise<void>): Promise<Failure | undefined> {
    const end = await Promise.race([extensionsDone, this.#nextAnswer()]);
    this.#answered = undefined;
    if (end?.type !== 'failed') return undefined;
    this.#endAfter(end.failure);
    return end.failure;
  }

  #endAfter({ status }: Failure): void {
    this.end(status === 'timeout' ? 'timeout' : 'failure');
  }

  /** The runtime asks for an invocation. */
  #ready(): void {
    this.#asked = true;
    this.#release();
    if (this.#state !== 'starting') return this.#becomeIdle();
    this.#extensions.protocol.closeRegistration();
    this.#telemetry.closeSubscriptions();
    this.#log.tell(this.#spec.events.initRuntimeDone(undefined));
    if (this.#extensions.isEmpty) this.#started?.({ type: 'ready' });
    else void this.#extensions.ready().then(() => this.#started?.({ type: 'ready' }));
  }

  /** Idle is who has reported the last invocation and asked for another, whichever comes last. */
  #becomeIdle(): void {
    if (this.#state === 'ended' || !this.#asked || !this.#concluded) return;
    this.#rest();
    this.#asked = false;
    this.#concluded = false;
    this.#host.onIdle();
  }

  #rest(): void {
    this.#state = 'idle';
    if (this.#host.freezes) this.#freezer.rest();
  }

  #freeze(isFrozen: boolean): void {
    this.#telemetry.hold(isFrozen);
    if (isFrozen) this.#sandbox?.pause();
    else this.#sandbox?.resume();
  }

  #release(): void {
    const answer = this.#held;
    this.#held = undefined;
    if (answer) this.#answered?.(answer);
  }

  #fail(failure: Failure): void {
    this.#started?.({ type: 'failed', failure });
    if (this.#held) {
      this.#release();
      return this.end('failure');
    }
    if (this.#answered) this.#answered({ type: 'failed', failure });
    else if (this.#state !== 'starting') this.end('failure');
  }

  #outcome(requestId: string, end: End): Outcome {
    const payload =
      'payload' in end ? end.payload : (failureOf(end)?.payload(requestId) ?? NOTHING);
    const functionError = end.type === 'response' ? undefined : 'Unhandled';
    return { payload, functionError, logTail: this.#log.tail() };
  }
}
