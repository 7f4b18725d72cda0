/** The words of the command line, as data: what each command takes, for parsing and for `--help`. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../config.ts';
import type { Config } from '../config.ts';

interface Option {
  readonly type: 'string' | 'boolean';
  readonly value?: string;
  readonly help: string;
}

const OPTIONS = {
  port: { type: 'string', value: 'N', help: 'port to listen on (4566; 0 takes any free one)' },
  host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (127.0.0.1)' },
  'data-dir': { type: 'string', value: 'FOLDER', help: 'where everything is kept (.brume)' },
  'code-dir': { type: 'string', value: 'FOLDER', help: 'where code may be run as it is (.)' },
  memory: { type: 'boolean', help: 'keep nothing: all is gone when Brume stops' },
  auth: { type: 'string', value: 'MODE', help: 'accept any credentials, or enforce signatures' },
  isolation: { type: 'string', value: 'MODE', help: 'of functions: auto, process or bwrap' },
  network: { type: 'string', value: 'KIND', help: 'of isolated functions: own, or the host’s' },
  'no-prepare': { type: 'boolean', help: 'let no environments wait for functions' },
  'no-fetch': {
    type: 'boolean',
    help: 'fetch no runtimes from npm and Maven: run on what is here',
  },
  inspect: { type: 'boolean', help: 'let debuggers come to functions; ports are logged' },
  'no-freeze': { type: 'boolean', help: 'let functions run on between invocations' },
  region: { type: 'string', value: 'NAME', help: 'region of requests that name none (us-east-1)' },
  'log-format': { type: 'string', value: 'FORM', help: 'request lines as text or json' },
  'tls-cert': { type: 'string', value: 'FILE', help: 'a certificate of your own, for its names' },
  'tls-key': { type: 'string', value: 'FILE', help: 'the key of that certificate' },
  'websocket-limits': { type: 'string', value: 'AS', help: 'aws, or relaxed for your own clients' },
  'user-pools': { type: 'string', value: 'URL', help: 'issuer of Cognito’s tokens, with {pool}' },
  init: { type: 'string', value: 'SCRIPT', help: 'run a Node script once Brume is ready' },
  follow: { type: 'boolean', help: 'go on with what is logged from now on' },
  filter: { type: 'string', value: 'PATTERN', help: 'only events that a filter pattern matches' },
  yes: { type: 'boolean', help: 'do not ask' },
} as const satisfies Record<string, Option>;

type OptionName = keyof typeof OPTIONS;

export interface Command {
  readonly summary: string;
  /** What must follow the command. */
  readonly operand?: string;
  readonly options: readonly OptionName[];
}

export const COMMANDS = {
  start: {
    summary: 'Start the cloud and serve until Ctrl-C.',
    options: [
      'port',
      'host',
      'data-dir',
      'code-dir',
      'memory',
      'auth',
      'isolation',
      'network',
      'no-prepare',
      'no-fetch',
      'inspect',
      'no-freeze',
      'region',
      'log-format',
      'tls-cert',
      'tls-key',
      'websocket-limits',
      'user-pools',
      'init',
    ],
  },
  status: {
    summary: 'Say whether a Brume is running, and what it serves.',
    options: ['port', 'host'],
  },
  env: {
    summary: 'Print the variables that point AWS SDKs and tools at Brume: eval "$(brume env)".',
    options: ['port', 'host', 'data-dir', 'auth', 'region'],
  },
  logs: {
    summary: 'Print what a function logged; a name that begins with / is a log group’s.',
    operand: 'FUNCTION',
    options: ['follow', 'filter', 'port', 'host', 'data-dir', 'auth', 'region'],
  },
  reset: { summary: 'Delete everything that is kept.', options: ['data-dir', 'yes'] },
  version: { summary: 'Print the version.', options: [] },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

export interface Arguments {
  readonly command: CommandName;
  readonly config: Partial<Config>;
  /** What the command is about, where it takes that. */
  readonly operand: string;
  readonly follow: boolean;
  readonly filter: string | undefined;
  readonly init: string | undefined;
  readonly yes: boolean;
}

/** Throws `ConfigError` with a sentence for the user. */
export function readArguments(words: readonly string[]): Arguments {
  const [name, ...rest] = words;
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    throw new ConfigError(`There is no command "${name ?? ''}". Try: brume --help`);
  }
  const command = name as CommandName;
  const { values, operand } = parsed(command, rest);
  const config: Partial<Config> = {
    ...(values.port !== undefined && {
      port: values.port === '' ? Number.NaN : Number(values.port),
    }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values['data-dir'] !== undefined && { dataFolder: values['data-dir'] }),
    ...(values['code-dir'] !== undefined && { codeFolder: values['code-dir'] }),
    ...(values.memory && { memory: true }),
    ...(values.auth !== undefined && { auth: values.auth as Config['auth'] }),
    ...(values.isolation !== undefined && {
      isolation: values.isolation as Config['isolation'],
    }),
    ...(values.network !== undefined && { network: values.network as Config['network'] }),
    ...(values['no-prepare'] && { prepare: false }),
    ...(values['no-fetch'] && { fetch: false }),
    ...(values.inspect && { inspect: true }),
    ...(values['no-freeze'] && { freeze: false }),
    ...(values.region !== undefined && { region: values.region }),
    ...(values['log-format'] !== undefined && {
      logFormat: values['log-format'] as Config['logFormat'],
    }),
    ...(values['tls-cert'] !== undefined && { tlsCertificate: values['tls-cert'] }),
    ...(values['tls-key'] !== undefined && { tlsKey: values['tls-key'] }),
    ...(values['websocket-limits'] !== undefined && {
      webSocketLimits: values['websocket-limits'] as Config['webSocketLimits'],
    }),
    ...(values['user-pools'] !== undefined && { userPools: values['user-pools'] }),
  };
  return {
    command,
    config,
    operand,
    follow: values.follow ?? false,
    filter: values.filter,
    init: values.init,
    yes: values.yes ?? false,
  };
}

function parsed(command: CommandName, words: readonly string[]) {
  const allowed: readonly OptionName[] = COMMANDS[command].options;
  const options = Object.fromEntries(allowed.map((name) => [name, { type: OPTIONS[name].type }]));
  const { operand }: Command = COMMANDS[command];
  const allowPositionals = operand !== undefined;
  try {
    const read = parseArgs({ args: [...words], options, strict: true, allowPositionals });
    const values = read.values as {
      [Name in OptionName]?: OptionValue<(typeof OPTIONS)[Name]['type']>;
    };
    if (allowPositionals && read.positionals.length !== 1) {
      throw new Error(`${command} takes one ${operand}`);
    }
    return { values, operand: read.positionals[0] ?? '' };
  } catch (error) {
    const reason = (error as Error).message.split('. ', 1)[0];
    throw new ConfigError(`${reason}. Try: brume ${command} --help`);
  }
}

type OptionValue<Type> = Type extends 'boolean' ? boolean : string;

export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(9)} ${summary}\n`,
  );
  return (
    'Brume: a serverless cloud in one program, speaking AWS’s protocols.\n\n' +
    `Usage: brume <command> [options]\n\n${commands.join('')}\n` +
    'brume <command> --help shows the options of a command.\n'
  );
}

export function commandHelp(name: CommandName): string {
  const { summary, options, operand }: Command = COMMANDS[name];
  const usage = operand === undefined ? name : `${name} ${operand}`;
  const lines = options.map((option) => {
    const { help, value }: Option = OPTIONS[option];
    return `  ${`--${option}${value ? ` ${value}` : ''}`.padEnd(20)} ${help}\n`;
  });
  return `${summary}\n\nUsage: brume ${usage}${options.length ? ` [options]\n\n${lines.join('')}` : '\n'}`;
}
