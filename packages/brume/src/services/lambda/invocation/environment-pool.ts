/**
 * The execution environments of one version of a function, and the invocations that wait for one. An
 * invocation that finds none idle has one started, and takes whichever is free first: the new one, or
 * one that finished meanwhile.
 */
import type { ExecutionEnvironment } from '../execution-environment/execution-environment.ts';
import type { Outcome, Start } from '../execution-environment/outcome.ts';
import { timedOut } from '../execution-environment/failure.ts';
import { INIT_TIMEOUT_MS } from '../limits.ts';
import type { RuntimeInvocation } from '../runtime-api/runtime-state.ts';

/** What the pool needs of its surroundings. */
export interface PoolHost {
  /** Makes an environment of this version, not yet started. */
  create(callbacks: EnvironmentCallbacks): Promise<ExecutionEnvironment>;
  /** Whether one more environment may be started now. */
  mayStart(): boolean;
  /** A start is over, or an environment is idle or has ended: others may have room now. */
  changed(): void;
  nowMs(): number;
  /** Does something after a while. */
  later(task: () => void): void;
}

export interface EnvironmentCallbacks {
  /** The environment can take an invocation. */
  readonly onIdle: () => void;
  /** The environment has ended, with an invocation or without. */
  readonly onEnded: () => void;
}

interface Waiting {
  readonly invocation: RuntimeInvocation;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Idle {
  readonly environment: ExecutionEnvironment;
  readonly sinceMs: number;
}

export class EnvironmentPool {
  readonly #host: PoolHost;
  readonly #timeoutSeconds: number;
  /** Used from the end, so that those that are not needed grow old at the beginning. */
  readonly #idle: Idle[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  #starting = 0;
  /** Of those that start, the ones for which there is no environment yet. */
  #creating = 0;
  #retired = false;
  #isOver = false;
  readonly #starts = new Set<Promise<void>>();
  /** Environments that are to be there whether anything waits for them or not. */
  #kept = 0;
  #keepingFailed = false;

  constructor(host: PoolHost, timeoutSeconds: number) {
    this.#host = host;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Environments that are there or on their way. */
  get occupied(): number {
    return this.#all.size + this.#creating;
  }

  get starting(): number {
    return this.#starting;
  }

  /** Nothing runs here and nothing waits. */
  get empty(): boolean {
    return this.occupied === 0 && this.#waiting.length === 0 && this.#starting === 0;
  }

  /** When the environment that has been idle longest became so; undefined when none is. */
  get idleSinceMs(): number | undefined {
    return this.#idle[0]?.sinceMs;
  }

  invoke(invocation: RuntimeInvocation): Promise<Outcome> {
    const idle = this.#idle.pop();
    if (idle) return idle.environment.invoke(invocation);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ invocation, resolve, reject });
      this.startWanted();
    });
  }

  /** An invocation for an environment that is idle; undefined where none is. */
  invokeIdle(invocation: RuntimeInvocation): Promise<Outcome> | undefined {
    return this.#idle.pop()?.environment.invoke(invocation);
  }

  /** Keeps so many environments initialised from now on. */
  keep(count: number): void {
    this.#kept = count;
    this.#keepingFailed = false;
    for (let excess = this.ready - count; excess > 0; excess--) this.endOldestIdle();
    this.startWanted();
  }

  /** Environments that are initialised. */
  get ready(): number {
    return this.#all.size - (this.#starting - this.#creating);
  }

  /** Those that are to be kept could not be initialised. */
  get keepingFailed(): boolean {
    return this.#keepingFailed;
  }

  /** Starts environments for those that wait, or that are to be kept, as far as there is room. */
  startWanted(): void {
    while (this.#starting < this.#wanted() && this.#host.mayStart()) {
      this.#starting++;
      const start = this.#startOne().finally(() => this.#starts.delete(start));
      this.#starts.add(start);
    }
  }

  #wanted(): number {
    const isKept = !this.#retired && !this.#keepingFailed;
    return this.#waiting.length + (isKept ? Math.max(this.#kept - this.ready, 0) : 0);
  }

  /** Ends the environment that has been idle longest. */
  endOldestIdle(): void {
    this.#idle.shift()?.environment.end();
  }

  /** Ends the idle environments, and the others when they have nothing more to do. */
  retire(): void {
    this.#retired = true;
    for (const { environment } of this.#idle.splice(0)) environment.end();
  }

  /**
   * Ends all environments, whatever they are doing, those on their way included. Resolves when they have
   * ended: after that nobody starts a process any more.
   */
  async end(): Promise<void> {
    const all = [...this.#all];
    this.#isOver = true;
    this.retire();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closing());
    for (const environment of all) environment.end();
    await Promise.all([...all.map(({ ended }) => ended), ...this.#starts]);
  }

  async #startOne(): Promise<void> {
    const started = await this.#start().catch((error: unknown) => ({
      refuse: (waiting: Waiting) => waiting.reject(error),
    }));
    this.#starting--;
    this.#host.changed();
    if ('environment' in started) this.#give(started.environment);
    else {
      const waiting = this.#waiting.shift();
      if (waiting) started.refuse(waiting);
      else this.#keepingFailed = true;
    }
    this.startWanted();
  }

  /**
   * Starts an environment. Code that takes too long to initialise is started once more, then with the
   * function's own timeout. `refuse` answers an invocation with the reason why there is none.
   */
  async #start() {
    let environment = await this.#create();
    let start = await this.#initialise(environment, INIT_TIMEOUT_MS);
    if (start.type === 'timed-out') {
      environment = await this.#create();
      start = await this.#initialise(environment, this.#timeoutSeconds * 1000);
    }
    if (start.type === 'ready') return { environment };
    const failure = start.type === 'failed' ? start.failure : timedOut(this.#timeoutSeconds);
    const refuse = ({ invocation, resolve, reject }: Waiting) => {
      environment.failedStart(invocation.requestId, failure).then(resolve, reject);
    };
    return { refuse };
  }

  async #create(): Promise<ExecutionEnvironment> {
    this.#creating++;
    try {
      const environment = await this.#host.create({
        onIdle: () => this.#give(environment),
        onEnded: () => this.#ended(environment),
      });
      if (this.#isOver) {
        environment.end();
        throw closing();
      }
      this.#all.add(environment);
      return environment;
    } finally {
      this.#creating--;
    }
  }

  async #initialise(environment: ExecutionEnvironment, limitMs: number): Promise<Start> {
    try {
      return await environment.start(limitMs);
    } catch (error) {
      environment.end();
      throw error;
    }
  }

  /** Gives an environment that has nothing to do to who waits longest. */
  #give(environment: ExecutionEnvironment): void {
    const waiting = this.#waiting.shift();
    if (waiting) environment.invoke(waiting.invocation).then(waiting.resolve, waiting.reject);
    else if (this.#retired) environment.end();
    else {
      this.#idle.push({ environment, sinceMs: this.#host.nowMs() });
      this.#host.changed();
    }
  }

  #ended(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    const index = this.#idle.findIndex((idle) => idle.environment === environment);
    if (index !== -1) this.#idle.splice(index, 1);
    // Not at once: it may end as soon as it has begun.
    if (this.#kept > 0) this.#host.later(() => this.startWanted());
    this.#host.changed();
  }
}

function closing(): Error {
  return new Error('Brume is closing');
}
