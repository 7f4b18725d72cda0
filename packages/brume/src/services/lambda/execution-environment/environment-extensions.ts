/**
 * The extensions of one execution environment through its life: who must have registered before the
 * runtime starts, who must be ready before there is an invocation, who has not finished with one yet.
 */
import type { ProcessExit } from '../../../environment/processes.ts';
import type { PlatformEvent, PlatformEvents } from '../logging/platform-events.ts';
import { Extensions, type Extension } from '../runtime-api/extensions.ts';
import type { RuntimeInvocation } from '../runtime-api/runtime-state.ts';
import type { ExternalExtension } from '../sandbox/find-extensions.ts';
import type { ExtensionPrograms } from '../sandbox/supervisor.ts';
import { extensionEnded, extensionFailed, type Failure } from './failure.ts';

export interface ExtensionsHost {
  readonly newId: () => string;
  readonly events: PlatformEvents;
  readonly tell: (event: PlatformEvent) => void;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onFailure: (failure: Failure) => void;
}

export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

export class EnvironmentExtensions {
  /** What they say and are told. */
  readonly protocol: Extensions;
  readonly #external: readonly ExternalExtension[];
  readonly #host: ExtensionsHost;
  readonly #ended = new Set<string>();
  #waiters: Waiter[] = [];
  #isShuttingDown = false;

  constructor(external: readonly ExternalExtension[], host: ExtensionsHost) {
    this.#external = external;
    this.#host = host;
    const names = external.map(({ name }) => name);
    this.protocol = new Extensions(host.newId, names, {
      registered: () => this.#changed(),
      asked: (extension, isFirst) => this.#asked(extension, isFirst),
      failed: (phase, errorType) => this.#failed(extensionFailed(phase, errorType)),
    });
  }

  /** The programs that run beside the runtime; undefined where there are none. */
  get programs(): ExtensionPrograms | undefined {
    if (this.#external.length === 0) return undefined;
    return {
      paths: this.#external.map(({ path }) => path),
      onOutput: this.#host.onOutput,
      onExit: (name, exit) => this.#programEnded(name, exit),
    };
  }

  /** Nobody is there who would have to be told or waited for. */
  get isEmpty(): boolean {
    return this.protocol.all.length === 0;
  }

  get hasExternal(): boolean {
    return this.#external.length > 0;
  }

  /** The runtime may start. */
  registered(): Promise<void> {
    return this.#until(() => this.protocol.all.every(({ state }) => state !== 'Started'));
  }

  /** There may be an invocation. */
  ready(): Promise<void> {
    return this.#until(() => this.protocol.all.every(({ state }) => state === 'Ready'));
  }

  /** Tells of an invocation. Resolves when all who were told ask again; undefined if nobody was. */
  invoke(invocation: RuntimeInvocation): Promise<void> | undefined {
    if (this.isEmpty) return undefined;
    const { requestId, deadlineMs, invokedFunctionArn, traceId } = invocation;
    const tracing = { type: 'X-Amzn-Trace-Id', value: traceId };
    const body = { eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn, tracing };
    const told = this.protocol.tell('INVOKE', body);
    if (told.length === 0) return undefined;
    return this.#until(() => told.every(({ state }) => state === 'Ready'));
  }

  /** Tells of the end. Resolves when all programs have ended. */
  shutDown(shutdownReason: ShutdownReason, deadlineMs: number): Promise<void> {
    this.#isShuttingDown = true;
    this.protocol.tell('SHUTDOWN', { eventType: 'SHUTDOWN', shutdownReason, deadlineMs });
    return this.#until(() => this.#external.every(({ name }) => this.#ended.has(name)));
  }

  /** From here on programs may end. */
  expectEnd(): void {
    this.#isShuttingDown = true;
  }

  #asked({ name, events }: Extension, isFirst: boolean): void {
    const { events: told, tell } = this.#host;
    if (isFirst) tell(told.extension(name, 'Ready', events));
    this.#changed();
  }

  #programEnded(name: string, exit: ProcessExit): void {
    this.#ended.add(name);
    this.#failed(extensionEnded(name, exit));
    this.#changed();
  }

  #failed(failure: Failure): void {
    if (!this.#isShuttingDown) this.#host.onFailure(failure);
  }

  #until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isMet, resolve }));
  }

  #changed(): void {
    const met = this.#waiters.filter(({ isMet }) => isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}
