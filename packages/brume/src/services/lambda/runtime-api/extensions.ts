/**
 * The Extensions API (2020-01-01) of one execution environment: which extensions there are, what they
 * may say when, and what they are told. Error types and states are those of AWS's open Runtime Interface
 * Emulator (2026-01); what the texts say is not verified against AWS.
 */
import { EXTENSIONS_MAX } from '../limits.ts';
import { ExtensionRefusal, refuseTransition } from './extension-refusal.ts';

export type ExtensionEvent = 'INVOKE' | 'SHUTDOWN';
type State = 'Started' | 'Registered' | 'Ready' | 'Running' | 'InitError' | 'ExitError' | 'Exited';

/** Takes the answer to one request of an extension's. */
export interface ExtensionReply {
  send(status: number, body: string, headers?: Readonly<Record<string, string>>): void;
}

export interface Extension {
  readonly name: string;
  readonly id: string;
  /** A program of its own, and not part of the runtime's process. */
  readonly isExternal: boolean;
  readonly events: readonly ExtensionEvent[];
  readonly state: State;
}

interface Known extends Extension {
  events: readonly ExtensionEvent[];
  state: State;
  parked: ExtensionReply | undefined;
  /** What it is told when it asks next. */
  queued: object | undefined;
}

/** What has happened; `failed` ends the environment. */
export interface ExtensionListener {
  registered(): void;
  /** It has asked for an event: the first time, or after it was done with one. */
  asked(extension: Extension, isFirst: boolean): void;
  failed(phase: 'init' | 'exit', errorType: string): void;
}

export interface RegisterRequest {
  readonly name: string;
  readonly events: readonly string[];
}

export class Extensions {
  readonly #newId: () => string;
  readonly #listener: ExtensionListener;
  readonly #all = new Map<string, Known>();
  #isClosed = false;

  /** `external` are names of programs that are being started. */
  constructor(newId: () => string, external: readonly string[], listener: ExtensionListener) {
    this.#newId = newId;
    this.#listener = listener;
    for (const name of external) this.#add(name, true);
  }

  get all(): readonly Extension[] {
    return [...this.#all.values()];
  }

  /** The runtime is initialised: nobody can register any more. */
  closeRegistration(): void {
    this.#isClosed = true;
  }

  get isRegistrationClosed(): boolean {
    return this.#isClosed;
  }

  /** Throws `ExtensionRefusal`. */
  register({ name, events }: RegisterRequest): Extension {
    if (name === '')
      throw new ExtensionRefusal('Extension.InvalidExtensionName', 'Empty extension name');
    const known = [...this.#all.values()].find((candidate) => candidate.name === name);
    const isExternal = known?.isExternal === true;
    for (const event of events) checkEvent(event, isExternal);
    const extension = isExternal ? known : this.#addInternal(name, known);
    if (extension.state !== 'Started') throw refuseTransition(extension.state, 'Registered', name);
    extension.events = [...new Set(events as ExtensionEvent[])];
    extension.state = 'Registered';
    this.#listener.registered();
    return extension;
  }

  next(id: string, reply: ExtensionReply): void {
    const extension = this.find(id);
    const { state } = extension;
    const isFirst = state === 'Registered';
    // One that broke its connection off may ask again.
    if (!isFirst && state !== 'Running' && state !== 'Ready') {
      throw refuseTransition(state, 'Ready', id);
    }
    extension.state = 'Ready';
    if (extension.queued) return this.#tell(extension, extension.queued, reply);
    extension.parked = reply;
    this.#listener.asked(extension, isFirst);
  }

  failed(phase: 'init' | 'exit', id: string, errorType: string): void {
    const extension = this.find(id);
    const to = phase === 'init' ? 'InitError' : 'ExitError';
    const allowed = phase === 'init' ? ['Registered'] : ['Ready', 'Running', 'Registered'];
    if (!allowed.includes(extension.state)) throw refuseTransition(extension.state, to, id);
    extension.state = to;
    this.#listener.failed(phase, errorType);
  }

  find(id: string): Known {
    const extension = this.#all.get(id);
    if (extension) return extension;
    throw new ExtensionRefusal('Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
  }

  /** Tells those who want to know. Returns them. */
  tell(event: ExtensionEvent, body: object): Extension[] {
    const told = [...this.#all.values()].filter(
      ({ events, state }) => events.includes(event) && (state === 'Ready' || state === 'Running'),
    );
    for (const extension of told) {
      if (extension.parked) this.#tell(extension, body, extension.parked);
      else extension.queued = body;
    }
    return told;
  }

  #tell(extension: Known, body: object, reply: ExtensionReply): void {
    extension.state = 'Running';
    extension.parked = undefined;
    extension.queued = undefined;
    const headers = { 'Lambda-Extension-Event-Identifier': this.#newId() };
    reply.send(200, JSON.stringify(body), headers);
  }

  #addInternal(name: string, known: Known | undefined): Known {
    if (this.#isClosed) {
      const message = 'Extension registration closed already';
      throw new ExtensionRefusal('Extension.RegistrationClosed', message);
    }
    if (known) {
      const message = 'Extension with this name already registered';
      throw new ExtensionRefusal('Extension.InvalidExtensionState', message);
    }
    if (this.#all.size >= EXTENSIONS_MAX) {
      const message = `Extension limit (${EXTENSIONS_MAX}) reached`;
      throw new ExtensionRefusal('Extension.TooManyExtensions', message);
    }
    return this.#add(name, false);
  }

  #add(name: string, isExternal: boolean): Known {
    const id = this.#newId();
    const [parked, queued] = [undefined, undefined];
    const extension: Known = {
      ...{ name, id, isExternal, events: [], state: 'Started', parked, queued },
    };
    this.#all.set(id, extension);
    return extension;
  }
}

function checkEvent(event: string, isExternal: boolean): void {
  const problems: Readonly<Record<string, string | undefined>> = {
    __proto__: null as never,
    INVOKE: '',
    SHUTDOWN: isExternal ? '' : 'ShutdownEventNotSupportedForInternalExtension',
  };
  const problem = problems[event] ?? 'ErrorInvalidEventType';
  if (problem === '') return;
  throw new ExtensionRefusal('Extension.InvalidEventType', `${event}: ${problem}`);
}
