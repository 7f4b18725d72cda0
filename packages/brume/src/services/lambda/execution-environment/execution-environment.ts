/**
 * One execution environment: the processes that run one version of a function, their Runtime API and
 * their log. Lives through `starting → idle ⇄ busy → ended`; runs one invocation at a time.
 */
import assert from 'node:assert';
import type { Clock, Timer, Timers } from '../../../environment/environment.ts';
import type { CodeFolder } from '../code/code-folders.ts';
import { EnvironmentLog, type LogSink } from '../logging/environment-log.ts';
import type { PlatformLines } from '../logging/platform-lines.ts';
import type { Report } from '../logging/report.ts';
import { FREEZE_AFTER_IDLE_MS } from '../limits.ts';
import type { Answer } from '../runtime-api/answer.ts';
import { RuntimeApi } from '../runtime-api/runtime-api.ts';
import type { RuntimeEvents, RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import type { Launch, LaunchFailure } from '../runtimes/runtime.ts';
import type { Sandbox, SandboxDriver, SocketPlace } from '../sandbox/sandbox.ts';
import {
  answerTooLarge,
  exited,
  initFailed,
  invalidEntrypoint,
  notStarted,
  outOfMemory,
  timedOut,
  type Failure,
} from './failure.ts';
import { ownVariables, type PreparedEnvironments } from './prepared-environments.ts';

export interface EnvironmentSpec {
  readonly lines: PlatformLines;
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
  /** Whether an environment is frozen while it has nothing to do. */
  readonly freezes: boolean;
  /** The environment can take its next invocation. Not called for the first: `start` resolves. */
  readonly onIdle: () => void;
  /** The environment has ended, with an invocation or without. */
  readonly onEnded: () => void;
}

export interface Outcome {
  readonly payload: Buffer;
  readonly functionError: 'Unhandled' | undefined;
  readonly logTail: string;
}

export type Start =
  | { readonly type: 'ready' }
  | { readonly type: 'timed-out' }
  | { readonly type: 'failed'; readonly failure: Failure };

type End = Answer | { readonly type: 'failed'; readonly failure: Failure };

const NOTHING = Buffer.alloc(0);
/** How old the memory figure of a report may be: reading it takes longer than many a function. */
const MEMORY_FIGURE_AGE_MS = 100;
/** Bound on waiting for output that was written before an answer, in turns of the event loop. */
const OUTPUT_TURNS_MAX = 64;

export class ExecutionEnvironment {
  readonly #spec: EnvironmentSpec;
  readonly #host: EnvironmentHost;
  readonly #events: RuntimeEvents;
  #api: RuntimeApi;
  readonly #log: EnvironmentLog;
  readonly #isOwnBootstrap: boolean;
  #sandbox: Sandbox | undefined;
  #state: 'starting' | 'idle' | 'busy' | 'ended' = 'starting';
  #started: ((start: Start) => void) | undefined;
  #answered: ((end: End) => void) | undefined;
  /** The runtime has asked for an invocation since it was given the last. */
  #asked = false;
  /** The last invocation's report is written. */
  #concluded = false;
  /** Until the first invocation has reported it. */
  #initDurationMs: number | undefined;
  #idleSinceMs = 0;
  #pauseTimer: Timer | undefined;
  #isPaused = false;
  #memoryUsedMb = 0;
  #memoryReadMs = -Infinity;

  constructor(spec: EnvironmentSpec, host: EnvironmentHost) {
    this.#spec = spec;
    this.#host = host;
    this.#log = new EnvironmentLog(host.log);
    this.#events = {
      ready: () => this.#ready(),
      initFailed: (body: Buffer) => this.#fail(initFailed(body)),
      answered: (answer: Answer) => this.#answered?.(answer),
    };
    this.#isOwnBootstrap = 'command' in spec.launch && spec.launch.ownBootstrap;
    this.#api = new RuntimeApi(this.#events, {
      token: this.#isOwnBootstrap ? spec.token : undefined,
      isOwn: (ports) => this.#sandbox?.owns(ports) ?? false,
    });
  }

  /** Starts the processes and waits until the runtime asks for an invocation. */
  async start(limitMs: number): Promise<Start> {
    const { clock, timers } = this.#host;
    const { launch } = this.#spec;
    if ('error' in launch) {
      this.end();
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
    this.#log.write(this.#spec.lines.initStart(launch.version));
    begin();
    this.#watchExit();
    const timer = timers.after(limitMs, () => this.#started?.({ type: 'timed-out' }));
    const start = await started;
    timer.cancel();
    this.#started = undefined;
    this.#initDurationMs = clock.monotonicMs() - startedMs;
    this.#readMemory();
    if (start.type === 'ready') this.#rest();
    else this.end();
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
    this.#sandbox = prepared.sandbox;
    return () => {
      const [onStdout, onStderr] = [this.#log.stream(), this.#log.stream()];
      prepared.connect({ events: this.#events, onStdout, onStderr });
      prepared.sandbox.resume();
      prepared.api.assign({ ...variables(prepared.runtimeApi), ...launch.env });
    };
  }

  async #prepareStart(launch: Launch): Promise<() => void> {
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
      layersFolder: layers?.path,
      readable: launch.readable,
      socket: socket?.path,
      opensPorts: launch.opensPorts,
      onRuntimeConnection: (connection) => this.#api.connect(connection),
      memorySizeMb,
      ephemeralStorageMb,
      env: { ...variables(runtimeApi), ...launch.env, ...own },
      onStdout: this.#log.stream(),
      onStderr: this.#log.stream(),
    });
  }

  #watchExit(): void {
    this.#sandbox?.exit.then(
      (exit) => {
        if (exit.outOfMemory) this.#memoryUsedMb = this.#spec.memorySizeMb;
        this.#fail(exit.outOfMemory ? outOfMemory() : exited(exit));
      },
      (error: NodeJS.ErrnoException) => this.#fail(notStarted(error)),
    );
  }

  /** Runs one invocation. Only when idle. */
  async invoke(invocation: RuntimeInvocation): Promise<Outcome> {
    assert(this.#state === 'idle');
    this.#state = 'busy';
    this.#wake();
    const { clock, timers } = this.#host;
    const { timeoutSeconds } = this.#spec;
    const startedMs = clock.monotonicMs();
    this.#log.beginTail();
    this.#log.write(this.#spec.lines.start(invocation.requestId));
    const answered = new Promise<End>((resolve) => {
      this.#answered = resolve;
    });
    const timer = timers.after(timeoutSeconds * 1000, () =>
      this.#answered?.({ type: 'failed', failure: timedOut(timeoutSeconds) }),
    );
    this.#api.give(invocation);
    const end = await answered;
    timer.cancel();
    this.#answered = undefined;
    const durationMs = clock.monotonicMs() - startedMs;
    this.#readMemory();
    if (end.type === 'failed') this.end();
    await this.#outputArrived();
    const outcome = this.#conclude(invocation.requestId, durationMs, end);
    this.#concluded = true;
    this.#becomeIdle();
    return outcome;
  }

  /** The outcome for an invocation for which this environment was started, but did not come up. */
  async failedStart(requestId: string, failure: Failure): Promise<Outcome> {
    this.#log.beginTail();
    this.#log.write(this.#spec.lines.start(requestId));
    await this.#outputArrived();
    return this.#conclude(requestId, 0, { type: 'failed', failure });
  }

  /** Ends the processes. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#pauseTimer?.cancel();
    this.#sandbox?.kill();
    this.#api.close();
    this.#spec.code.release();
    this.#spec.layers?.release();
    this.#host.onEnded();
  }

  /** The runtime asks for an invocation. */
  #ready(): void {
    this.#asked = true;
    if (this.#state === 'starting') this.#started?.({ type: 'ready' });
    else this.#becomeIdle();
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
    if (!this.#host.freezes) return;
    this.#idleSinceMs = this.#host.clock.monotonicMs();
    this.#pauseTimer ??= this.#pauseAfter(FREEZE_AFTER_IDLE_MS);
  }

  /** One timer serves many invocations: it looks again when the environment was used meanwhile. */
  #pauseAfter(delayMs: number): Timer {
    return this.#host.timers.after(delayMs, () => {
      this.#pauseTimer = undefined;
      if (this.#state !== 'idle') return;
      const restMs = FREEZE_AFTER_IDLE_MS - (this.#host.clock.monotonicMs() - this.#idleSinceMs);
      if (restMs > 0) this.#pauseTimer = this.#pauseAfter(Math.ceil(restMs));
      else {
        this.#isPaused = true;
        this.#sandbox?.pause();
      }
    });
  }

  #wake(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#sandbox?.resume();
  }

  #fail(failure: Failure): void {
    this.#started?.({ type: 'failed', failure });
    if (this.#answered) this.#answered({ type: 'failed', failure });
    else if (this.#state !== 'starting') this.end();
  }

  #conclude(requestId: string, durationMs: number, end: End): Outcome {
    const failure = end.type === 'too-large' ? answerTooLarge() : undefined;
    const failed = end.type === 'failed' ? end.failure : failure;
    const { memorySizeMb, lines } = this.#spec;
    this.#log.flush();
    if (failed?.logLine) this.#log.write(failed.logLine(requestId, this.#host.clock.nowMs()));
    this.#log.write(lines.end(requestId));
    const status = failed && statusOf(failed);
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    const memoryUsedMb = this.#memoryUsedMb;
    this.#log.write(
      lines.report({ requestId, durationMs, initDurationMs, memorySizeMb, memoryUsedMb, status }),
    );
    const payload = 'payload' in end ? end.payload : (failed?.payload(requestId) ?? NOTHING);
    const functionError = end.type === 'response' ? undefined : 'Unhandled';
    return { payload, functionError, logTail: this.#log.tail() };
  }

  /** Output that a process wrote before its answer may arrive after it, through another pipe. */
  async #outputArrived(): Promise<void> {
    for (let turn = 0; turn < OUTPUT_TURNS_MAX; turn++) {
      const before = this.#log.receivedBytes;
      await this.#nextTurn();
      await this.#nextTurn();
      if (this.#log.receivedBytes === before) return;
    }
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#host.timers.nextTurn(resolve));
  }

  #readMemory(): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (nowMs - this.#memoryReadMs < MEMORY_FIGURE_AGE_MS) return;
    this.#memoryReadMs = nowMs;
    this.#memoryUsedMb = Math.max(this.#memoryUsedMb, this.#sandbox?.memoryPeakMb() ?? 0);
  }
}

function statusOf({ status: name, errorType }: Failure): Report['status'] {
  return name === 'timeout' ? { name } : { name, errorType };
}
