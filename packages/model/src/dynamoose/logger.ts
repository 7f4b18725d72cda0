/**
 * `dynamoose.logger()`: who hears of the requests that are sent. Part of the library, where
 * Dynamoose needs another package for it.
 */
import { randomUUID } from 'node:crypto';
import { InvalidParameter } from './errors.ts';

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof levels)[number];

export interface LogEvent {
  level: LogLevel;
  message: string;
  category?: string;
  payload?: object;
  metadata?: object;
}

export interface FullLogEvent extends LogEvent {
  id: string;
  timestamp: Date;
  category: string;
  payload: object;
}

export interface LogProvider {
  id?: string;
  /** `string` providers get the message only. */
  type?: 'string' | 'event';
  log(message: FullLogEvent | string): void;
  filter?: {
    /** One level, some, or a level and all that are worse (`warn+`) or lesser (`warn-`). */
    level?: string | string[];
    /** Parts are separated by colons; `*` stands for any one, `**` for the rest. */
    category?: string | string[];
  };
}

type ProviderInput = LogProvider | Console;

export interface Logger {
  pause(): void;
  resume(): void;
  status(): 'active' | 'paused';
  providers: {
    set(providers?: ProviderInput | ProviderInput[] | null): void;
    clear(): void;
    add(providers: ProviderInput | ProviderInput[]): void;
    delete(id: string | string[]): void;
    list(): LogProvider[];
  };
}

let providers: LogProvider[] = [];
let paused = false;

const theLogger: Logger = {
  pause: () => {
    paused = true;
  },
  resume: () => {
    paused = false;
  },
  status: () => (paused ? 'paused' : 'active'),
  providers: {
    set: (given) => {
      providers = toProviders(given);
    },
    clear: () => {
      providers = [];
    },
    add: (given) => {
      providers = [...providers, ...toProviders(given)];
    },
    delete: (ids) => {
      const gone = new Set(Array.isArray(ids) ? ids : [ids]);
      providers = providers.filter(({ id }) => id === undefined || !gone.has(id));
    },
    list: () => providers,
  },
};

// oxlint-disable-next-line typescript/require-await -- a promise because Dynamoose gives one
export async function logger(): Promise<Logger> {
  return theLogger;
}

/** `describe` runs only when somebody listens: writing a request out costs more than sending it. */
export function log(describe: () => LogEvent): void {
  if (paused || providers.length === 0) return;
  const event = describe();
  const full: FullLogEvent = {
    id: randomUUID(),
    timestamp: new Date(),
    category: '',
    payload: {},
    ...event,
  };
  for (const provider of providers) {
    if (accepts(provider, full)) provider.log(provider.type === 'string' ? full.message : full);
  }
}

function accepts({ filter }: LogProvider, { level, category }: FullLogEvent): boolean {
  const acceptsLevel =
    filter?.level === undefined || list(filter.level).some((wanted) => hasLevel(wanted, level));
  return (
    acceptsLevel &&
    (filter?.category === undefined ||
      list(filter.category).some((wanted) => hasCategory(wanted, category)))
  );
}

function hasLevel(wanted: string, level: LogLevel): boolean {
  const base = wanted.replace(/[+-]$/, '') as LogLevel;
  const distance = levels.indexOf(level) - levels.indexOf(base);
  if (wanted.endsWith('+')) return distance <= 0;
  return wanted.endsWith('-') ? distance >= 0 : distance === 0;
}

function hasCategory(wanted: string, category: string): boolean {
  const parts = category.split(':');
  const pattern = wanted.split(':');
  const open = pattern.at(-1) === '**';
  if (open ? parts.length < pattern.length : parts.length !== pattern.length) return false;
  return pattern.every((part, index) => part.startsWith('*') || part === parts[index]);
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function toProviders(given: ProviderInput | ProviderInput[] | null | undefined): LogProvider[] {
  if (given === undefined || given === null) return [];
  return list(given).map((provider) => {
    if (provider === console) return consoleProvider(console);
    if (typeof (provider as LogProvider).log === 'function') return provider;
    throw new InvalidParameter('A log provider must have a function log.');
  });
}

/** Writes to the methods of a console that are named like the levels. */
function consoleProvider(target: Console): LogProvider {
  const methods = { fatal: 'error', debug: 'log', trace: 'log' } as const;
  return {
    log(message) {
      const { level, category, message: text } = message as FullLogEvent;
      const method = level in methods ? methods[level as keyof typeof methods] : level;
      target[method as 'log'](category ? `${category} - ${text}` : text);
    },
  };
}
