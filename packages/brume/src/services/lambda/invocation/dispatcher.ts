/**
 * Brings invocations to execution environments: one pool for each version of a function that is in
 * use, and one bound over all of them.
 */
import type { Timer } from '../../../environment/environment.ts';
import { FolderWatch } from '../code/folder-watch.ts';
import type { ExecutionEnvironment } from '../execution-environment/execution-environment.ts';
import type { Outcome } from '../execution-environment/outcome.ts';
import { PreparedEnvironments } from '../execution-environment/prepared-environments.ts';
import type { InitializationType } from '../execution-environment/variables.ts';
import { functionArn, type FunctionReference } from '../function-name.ts';
import type { FunctionRecord, VersionRecord } from '../function-record.ts';
import {
  ENVIRONMENT_IDLE_MS,
  IDLE_CHECK_MS,
  PROVISIONED_RESTART_MS,
  STARTING_MAX,
} from '../limits.ts';
import type { RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import type { SandboxChoice } from '../sandbox/isolation.ts';
import { EnvironmentPool, type EnvironmentCallbacks } from './environment-pool.ts';
import { newEnvironment, type EnvironmentDependencies } from './new-environment.ts';

export interface DispatcherDependencies extends EnvironmentDependencies {
  readonly sandboxes: SandboxChoice;
  /** Whether environments wait for functions, so that these start sooner. */
  readonly prepares: boolean;
  /** Execution environments at one time, over all functions. */
  readonly environmentsMax: number;
}

interface PooledVersion {
  readonly generation: string;
  readonly pool: EnvironmentPool;
  /** Where its code is, if that is a folder that may change. */
  readonly folder: string | undefined;
}

export class Dispatcher {
  readonly #dependencies: DispatcherDependencies;
  /** Pools in use by ARN with version, and tenant where each has its own. */
  readonly #versions = new Map<string, PooledVersion>();
  /** Pools of code or settings that are no longer current, until they are empty. */
  readonly #retired = new Set<EnvironmentPool>();
  /** Pools that are kept initialised, by ARN with the qualifier that they are for. */
  readonly #provisioned = new Map<string, PooledVersion>();
  /** Some pool was refused to start an environment. */
  #isBlocked = false;
  #isWaking = false;
  #prepared: PreparedEnvironments | undefined;
  #idleCheck: Timer | undefined;
  #closed = false;
  readonly #watch: FolderWatch;

  constructor(dependencies: DispatcherDependencies) {
    this.#dependencies = dependencies;
    const { environment, log } = dependencies;
    const onChange = (folder: string) => this.#reload(folder);
    this.#watch = new FolderWatch({ timers: environment.timers, log, onChange });
  }

  invoke(
    record: FunctionRecord,
    version: VersionRecord,
    invocation: RuntimeInvocation,
  ): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new Error('Brume is closing'));
    this.#idleCheck ??= this.#scheduleIdleCheck();
    return this.#poolOf(record, version, invocation.tenantId).invoke(invocation);
  }

  /** An invocation for an environment that is kept initialised; undefined where none is idle. */
  invokeProvisioned(
    record: FunctionRecord,
    version: VersionRecord,
    invocation: RuntimeInvocation,
  ): Promise<Outcome> | undefined {
    if (this.#provisioned.size === 0) return undefined;
    for (const arn of [invocation.invokedFunctionArn, functionArn(record, version.version)]) {
      const pooled = this.#provisioned.get(arn);
      if (pooled?.generation !== version.generation) continue;
      const outcome = pooled.pool.invokeIdle(invocation);
      if (outcome) return outcome;
    }
    return undefined;
  }

  /** Keeps environments of a version initialised for one of its qualifiers. */
  provision(
    record: FunctionRecord,
    version: VersionRecord,
    qualifier: string,
    count: number,
  ): void {
    const key = functionArn(record, qualifier);
    let pooled = this.#provisioned.get(key);
    if (pooled?.generation !== version.generation) {
      if (pooled) this.#retire(pooled.pool);
      const pool = this.#newPool(record, version, 'provisioned-concurrency');
      pooled = { generation: version.generation, pool, folder: version.code.folder };
      this.#provisioned.set(key, pooled);
    }
    pooled.pool.keep(count);
  }

  /** Lets go of what is kept initialised for other qualifiers of a function. */
  keepProvisioned(reference: FunctionReference, qualifiers: readonly string[]): void {
    const kept = new Set(qualifiers.map((qualifier) => functionArn(reference, qualifier)));
    for (const [key, { pool }] of this.#provisioned) {
      if (!key.startsWith(`${functionArn(reference)}:`) || kept.has(key)) continue;
      this.#provisioned.delete(key);
      this.#retire(pool);
    }
  }

  /** How many environments are kept initialised for a qualifier, and whether more cannot be. */
  provisionedState(reference: FunctionReference, qualifier: string) {
    const pool = this.#provisioned.get(functionArn(reference, qualifier))?.pool;
    return pool && { ready: pool.ready, failed: pool.keepingFailed };
  }

  /** Lets go of the environments of a function, or of one version: it was changed or removed. */
  forget(reference: FunctionReference, version?: string): void {
    const arn = functionArn(reference, version);
    for (const [key, { pool }] of this.#versions) {
      const owner = arnOf(key);
      if (owner === arn || (version === undefined && owner.startsWith(`${arn}:`))) {
        this.#versions.delete(key);
        this.#retire(pool);
      }
    }
  }

  /** Lets go of the environments that run what was in a folder. */
  #reload(folder: string): void {
    for (const versions of [this.#versions, this.#provisioned]) {
      for (const [key, { pool, folder: of }] of versions) {
        if (of !== folder) continue;
        versions.delete(key);
        this.#retire(pool);
      }
    }
  }

  /** Environments that wait for a function. */
  get waiting(): number {
    return this.#prepared?.size ?? 0;
  }

  /** Ends all environments and removes the code they ran. Invocations that run or wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idleCheck?.cancel();
    this.#watch.close();
    await Promise.all(this.#pools().map((pool) => pool.end()));
    this.#prepared?.close();
    await this.#dependencies.sandboxes.close();
    await this.#dependencies.code.close();
  }

  #poolOf(
    record: FunctionRecord,
    version: VersionRecord,
    tenantId: string | undefined,
  ): EnvironmentPool {
    const key = poolKey(functionArn(record, version.version), tenantId);
    const known = this.#versions.get(key);
    if (known?.generation === version.generation) return known.pool;
    if (known) this.#retire(known.pool);
    const pool = this.#newPool(record, version, 'on-demand');
    const { generation, code } = version;
    this.#versions.set(key, { generation, pool, folder: code.folder });
    return pool;
  }

  #newPool(
    record: FunctionRecord,
    version: VersionRecord,
    initializationType: InitializationType,
  ): EnvironmentPool {
    const { clock, timers } = this.#dependencies.environment;
    return new EnvironmentPool(
      {
        create: (callbacks) => this.#create(record, version, initializationType, callbacks),
        mayStart: () => this.#mayStart(),
        changed: () => this.#wake(),
        nowMs: () => clock.monotonicMs(),
        later: (task) => void timers.after(PROVISIONED_RESTART_MS, task),
      },
      version.settings.Timeout,
    );
  }

  async #create(
    record: FunctionRecord,
    version: VersionRecord,
    initializationType: InitializationType,
    callbacks: EnvironmentCallbacks,
  ): Promise<ExecutionEnvironment> {
    const { sandboxes, environment, prepares } = this.#dependencies;
    const { timers, random } = environment;
    const driver = await sandboxes.driver();
    if (prepares && !this.#closed) {
      this.#prepared ??= new PreparedEnvironments({ timers, random, driver });
    }
    // Before the code is read: a change while it is read must not be missed.
    const { folder } = version.code;
    if (folder !== undefined) await this.#watch.read(folder);
    const parts = { ...this.#dependencies, driver, prepared: this.#prepared };
    return newEnvironment(parts, { record, version, initializationType }, callbacks);
  }

  #mayStart(): boolean {
    const isRoom = this.#isRoom();
    if (!isRoom) this.#isBlocked = true;
    return isRoom;
  }

  #isRoom(): boolean {
    const { environmentsMax } = this.#dependencies;
    const pools = this.#pools();
    const count = (of: (pool: EnvironmentPool) => number) =>
      pools.reduce((sum, pool) => sum + of(pool), 0);
    if (this.#closed || count((pool) => pool.starting) >= STARTING_MAX) return false;
    return count((pool) => pool.occupied) < environmentsMax || this.#endOldestIdle();
  }

  /** Lets the pools start what waits for room. */
  #wake(): void {
    if (this.#isWaking || !(this.#isBlocked || this.#retired.size > 0)) return;
    this.#isWaking = true;
    // Later: a pool may be in the middle of asking for room.
    this.#dependencies.environment.timers.nextTurn(() => {
      this.#isWaking = false;
      this.#isBlocked = false;
      for (const pool of this.#pools()) pool.startWanted();
      for (const pool of this.#retired) if (pool.empty) this.#retired.delete(pool);
    });
  }

  #retire(pool: EnvironmentPool): void {
    this.#retired.add(pool);
    pool.retire();
    if (pool.empty) this.#retired.delete(pool);
  }

  #pools(): EnvironmentPool[] {
    const used = [...this.#versions.values(), ...this.#provisioned.values()];
    return [...this.#retired, ...used.map(({ pool }) => pool)];
  }

  #endOldestIdle(): boolean {
    let oldest: EnvironmentPool | undefined;
    for (const { pool } of this.#versions.values()) {
      if ((pool.idleSinceMs ?? Infinity) < (oldest?.idleSinceMs ?? Infinity)) oldest = pool;
    }
    oldest?.endOldestIdle();
    return oldest !== undefined;
  }

  #scheduleIdleCheck(): Timer {
    return this.#dependencies.environment.timers.after(IDLE_CHECK_MS, () => {
      this.#endLongIdle();
      this.#idleCheck = this.#versions.size > 0 ? this.#scheduleIdleCheck() : undefined;
    });
  }

  #endLongIdle(): void {
    const before = this.#dependencies.environment.clock.monotonicMs() - ENVIRONMENT_IDLE_MS;
    for (const [key, { pool }] of this.#versions) {
      while ((pool.idleSinceMs ?? Infinity) < before) pool.endOldestIdle();
      if (pool.empty) this.#versions.delete(key);
    }
  }
}

/** Tenants' names have no line breaks. */
function poolKey(arn: string, tenantId: string | undefined): string {
  return tenantId === undefined ? arn : `${arn}\n${tenantId}`;
}

function arnOf(key: string): string {
  return key.split('\n', 1)[0] ?? '';
}
