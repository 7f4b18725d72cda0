/**
 * The passwords that this machine's user has for registries, where `docker login` puts them:
 * in `config.json` of Docker's folder, or with the programs that it names ("credential helpers",
 * docker-credential-helpers, README). They are read when a registry asks, and kept nowhere else.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import { brokenImage } from './errors.ts';
import { readAll } from './image-source.ts';
import { CREDENTIAL_BYTES_MAX, CREDENTIAL_HELPER_MS } from './limits.ts';

export type RegistryCredentials =
  | { readonly username: string; readonly password: string }
  /** To be exchanged for another at the registry's service of tokens. */
  | { readonly identityToken: string };

/** Asks for what there is for a registry, by the name that images have. */
export type FindCredentials = (host: string) => Promise<RegistryCredentials | undefined>;

/** Docker's own registry, as its users are asked for it. */
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

interface DockerConfigParts extends Pick<Environment, 'disk' | 'processes' | 'timers'> {
  /** Where Docker's would be, if it is not said. */
  readonly folder?: string | undefined;
}

export function dockerCredentials(parts: DockerConfigParts): FindCredentials {
  const { folder = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker') } = parts;
  return async (host) => {
    const config = await readConfig(join(folder, 'config.json'), parts);
    const key = DOCKER_HUB.has(host) ? DOCKER_HUB_KEY : host;
    const helper = textOf(memberFor(config.get('credHelpers'), host) ?? config.get('credsStore'));
    const found = helper === undefined ? undefined : await askHelper(helper, key, parts);
    return found ?? readEntry(memberFor(config.get('auths'), host));
  };
}

async function readConfig(path: string, { disk }: DockerConfigParts): Promise<Members> {
  const sizeBytes = await disk.sizeBytes(path);
  if (sizeBytes === undefined) return new Map();
  if (sizeBytes > CREDENTIAL_BYTES_MAX) throw unreadable(path);
  // Nothing of the file's text may come out with an error.
  return membersOf(parse(await disk.readFile(path), () => unreadable(path)));
}

/** Runs `docker-credential-<name> get`, which is told the registry's name and answers with JSON. */
async function askHelper(
  name: string,
  key: string,
  { processes, timers }: DockerConfigParts,
): Promise<RegistryCredentials | undefined> {
  const program = `docker-credential-${name}`;
  const path = /^[\w.-]+$/.test(name) ? await processes.find(program) : undefined;
  if (path === undefined) throw brokenImage(`there is no program ${program} on the PATH`);
  const child = processes.spawn(path, ['get'], { env: ownVariables(), ownGroup: true });
  const timer = timers.after(CREDENTIAL_HELPER_MS, () => child.kill('SIGKILL'));
  child.stderr.resume();
  child.stdin.end(key);
  try {
    const output = readAll(child.stdout, CREDENTIAL_BYTES_MAX);
    const [answer, { code }] = await Promise.all([output, child.exit]);
    // One that has nothing for this registry says so and fails, in words of its own.
    if (code !== 0 && /not found/i.test(answer.toString())) return undefined;
    if (code !== 0) throw brokenImage(`${program} failed`);
    const said = membersOf(parse(answer, () => brokenImage(`${program} did not answer JSON`)));
    return credentialsOf(textOf(said.get('Username')), textOf(said.get('Secret')));
  } finally {
    timer.cancel();
    child.kill('SIGKILL');
  }
}

/** Helpers find their own settings by variables: all that Brume has. */
function ownVariables(): Record<string, string> {
  const all = Object.entries(process.env);
  return Object.fromEntries(all.filter((each): each is [string, string] => each[1] !== undefined));
}

/** An entry of `auths`. */
function readEntry(value: unknown): RegistryCredentials | undefined {
  const entry = membersOf(value);
  const identityToken = textOf(entry.get('identitytoken'));
  if (identityToken !== undefined) return { identityToken };
  const both = Buffer.from(textOf(entry.get('auth')) ?? '', 'base64').toString();
  const colon = both.indexOf(':');
  if (colon > 0) return credentialsOf(both.slice(0, colon), both.slice(colon + 1));
  return credentialsOf(textOf(entry.get('username')), textOf(entry.get('password')));
}

/** By the helpers' protocol the name `<token>` says what the secret is. */
function credentialsOf(username: string | undefined, password: string | undefined) {
  if (username === undefined || password === undefined) return undefined;
  return username === '<token>' ? { identityToken: password } : { username, password };
}

/** Names are hosts, or addresses as older versions wrote them. */
function memberFor(value: unknown, host: string): unknown {
  const isHub = DOCKER_HUB.has(host);
  for (const [name, member] of membersOf(value)) {
    const named = name.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
    if (named === host || (isHub && DOCKER_HUB.has(named))) return member;
  }
  return undefined;
}

type Members = ReadonlyMap<string, unknown>;

function membersOf(value: unknown): Members {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(bytes: Buffer, failure: () => Error): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw failure();
  }
}

function unreadable(path: string): Error {
  return brokenImage(`${path} cannot be read`);
}
