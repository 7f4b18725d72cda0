/**
 * The keys that this installation knows: its root credentials, made on first start and kept in the
 * data folder, and the sessions that its STS issues.
 */
import { join } from 'node:path';
import type { Disk } from '../environment/disk.ts';
import type { Environment, Random } from '../environment/environment.ts';
import { newAccessKeyId } from './access-key-id.ts';
import { BoundedCache } from './bounded-cache.ts';
import { SessionTokens } from './session-token.ts';
import type { Session } from './session-token.ts';

/** What a key stands for. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  readonly principalArn: string;
  readonly userId: string;
  /** Set where the key is a session's; `session.expiresAtMs` is for the caller to check. */
  readonly session?: Session;
}

/** Where keys are looked up. */
export interface KnownKeys {
  /**
   * What a key stands for; undefined when it is not known here, or when the token beside it is not
   * the one that was issued with it.
   */
  lookup(accessKeyId: string, sessionToken: string | undefined): Credentials | undefined;
}

export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export const DEFAULT_ACCOUNT_ID = '000000000000';
const FILE_NAME = 'credentials.json';
const FILE_VERSION = 1;
const CACHED_SESSIONS_MAX = 1000;

/** The file: what must survive a restart and is known to nobody else. */
interface Secrets {
  readonly version: number;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** 32 bytes, base64: seals session tokens. */
  readonly sessionKey: string;
}

export class CredentialStore implements KnownKeys {
  readonly root: Credentials;
  readonly #tokens: SessionTokens;
  readonly #sessions = new BoundedCache<string, Credentials>(CACHED_SESSIONS_MAX);
  readonly #random: Random;

  private constructor(secrets: Secrets, random: Random) {
    const { accountId, accessKeyId, secretAccessKey } = secrets;
    this.root = { accessKeyId, secretAccessKey, ...rootPrincipal(accountId) };
    this.#tokens = new SessionTokens(Buffer.from(secrets.sessionKey, 'base64'), random);
    this.#random = random;
  }

  /** New credentials that end with the process. */
  static inMemory(random: Random): CredentialStore {
    return new CredentialStore(newSecrets(random), random);
  }

  /**
   * The credentials kept in a folder, made there on first start. Rejects, changing nothing, when the
   * file is not one that this version can read.
   */
  static async open(
    folder: string,
    environment: Pick<Environment, 'disk' | 'random'>,
  ): Promise<CredentialStore> {
    const { disk, random } = environment;
    const path = join(folder, FILE_NAME);
    if (!(await CredentialStore.isKeptIn(folder, { disk })))
      await writeSecrets(disk, folder, random);
    return new CredentialStore(readSecrets(path, await disk.readFile(path)), random);
  }

  /** Whether a folder holds credentials already. */
  static async isKeptIn(folder: string, { disk }: Pick<Environment, 'disk'>): Promise<boolean> {
    return (await disk.sizeBytes(join(folder, FILE_NAME))) !== undefined;
  }

  lookup(accessKeyId: string, sessionToken: string | undefined): Credentials | undefined {
    const credentials = sessionToken === undefined ? this.root : this.#session(sessionToken);
    return credentials?.accessKeyId === accessKeyId ? credentials : undefined;
  }

  /** Issues temporary credentials for a session. */
  issue(session: Omit<Session, 'accessKeyId'>): IssuedCredentials {
    const accessKeyId = newAccessKeyId('ASIA', session.accountId, this.#random);
    return {
      accessKeyId,
      secretAccessKey: this.#tokens.secretOf(accessKeyId),
      sessionToken: this.#tokens.seal({ ...session, accessKeyId }),
    };
  }

  #session(token: string): Credentials | undefined {
    const known = this.#sessions.get(token);
    if (known) return known;
    const session = this.#tokens.open(token);
    if (!session) return undefined;
    const { accessKeyId, accountId, principalArn, userId } = session;
    const secretAccessKey = this.#tokens.secretOf(accessKeyId);
    const opened = { accessKeyId, secretAccessKey, accountId, principalArn, userId, session };
    this.#sessions.set(token, opened);
    return opened;
  }
}

/** The account's owner, as `GetCallerIdentity` names it. */
export function rootPrincipal(
  accountId: string,
): Pick<Credentials, 'accountId' | 'principalArn' | 'userId'> {
  return { accountId, principalArn: `arn:aws:iam::${accountId}:root`, userId: accountId };
}

function newSecrets(random: Random): Secrets {
  return {
    version: FILE_VERSION,
    accountId: DEFAULT_ACCOUNT_ID,
    accessKeyId: newAccessKeyId('AKIA', DEFAULT_ACCOUNT_ID, random),
    secretAccessKey: random.bytes(30).toString('base64'),
    sessionKey: random.bytes(32).toString('base64'),
  };
}

/** Complete or not at all, whenever the power goes; readable by its owner alone from the first byte. */
async function writeSecrets(disk: Disk, folder: string, random: Random): Promise<void> {
  const path = join(folder, FILE_NAME);
  const temporary = `${path}.new`;
  await disk.makeDirectory(folder);
  await disk.remove(temporary);
  const file = await disk.open(temporary, { create: true, ownerOnly: true });
  try {
    await file.write(Buffer.from(`${JSON.stringify(newSecrets(random), null, 2)}\n`), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
  await disk.syncDirectory(folder);
}

function readSecrets(path: string, bytes: Buffer): Secrets {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`${path} is not readable as JSON: restore it, or remove it to get new keys.`);
  }
  const secrets = parsed as Partial<Secrets> | null;
  if (secrets?.version !== FILE_VERSION) {
    throw new Error(
      `${path} is not of version ${FILE_VERSION}: a newer Brume may have written it.`,
    );
  }
  const { accountId, accessKeyId, secretAccessKey, sessionKey } = secrets;
  if (!accountId || !accessKeyId || !secretAccessKey || !sessionKey) {
    throw new Error(`${path} lacks a member: restore it, or remove it to get new keys.`);
  }
  return { version: FILE_VERSION, accountId, accessKeyId, secretAccessKey, sessionKey };
}
