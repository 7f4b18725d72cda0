/**
 * Brume's own certificate authority: it vouches, to whoever trusts it, for the names by which this machine
 * reaches itself, and by its own constraints for nothing else. Its key is readable by its owner alone.
 */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Disk } from '../../environment/disk.ts';
import type { Clock, Random } from '../../environment/environment.ts';
import { authorityCertificate, serverCertificate } from './certificate.ts';
import type { CertificatePair, Certificates } from './tls-front.ts';

const NAME = 'Brume on this machine';
const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_LIFE_MS = 3650 * DAY_MS;
/** An authority is replaced while what it has signed may still be in use. */
const AUTHORITY_LEFT_MIN_MS = 400 * DAY_MS;
/** Browsers take no certificate that is valid for longer than 398 days. */
const SERVER_LIFE_MS = 397 * DAY_MS;
const SERVER_RENEWED_AFTER_MS = 30 * DAY_MS;
/** Clocks of containers and machines differ. */
const BACKDATED_MS = DAY_MS;
const PAIRS_MAX = 256;
const SERIAL_BYTES = 16;

/**
 * Domains that mean this machine wherever they are looked up: by RFC 6761, from within containers, and
 * LocalStack's, which public DNS points at loopback.
 */
const LOCAL_DOMAINS = ['localhost', 'host.docker.internal', 'localhost.localstack.cloud'];
/** 127.0.0.0/8 and ::1/128, each as address and mask. */
const LOCAL_NETWORKS = [
  Buffer.of(127, 0, 0, 0, 255, 0, 0, 0),
  Buffer.concat([Buffer.alloc(15), Buffer.of(1), Buffer.alloc(16, 255)]),
];
const OWN_NAMES = ['localhost', '*.localhost', '127.0.0.1', '::1'];
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

const CERTIFICATE_FILE = 'authority.pem';
const KEY_FILE = 'authority-key.pem';

export interface AuthorityEnvironment {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
}

/** Where an authority's certificate is in a folder, for who is to trust it. */
export function authorityFile(folder: string): string {
  return join(folder, CERTIFICATE_FILE);
}

export class CertificateAuthority implements Certificates {
  /** PEM. */
  readonly certificate: string;
  readonly #key: KeyObject;
  readonly #environment: AuthorityEnvironment;
  readonly #pairs = new Map<string, { pair: CertificatePair; untilMs: number }>();
  #serverKey: { readonly publicKey: KeyObject; readonly pem: string } | undefined;

  private constructor(certificate: string, key: KeyObject, environment: AuthorityEnvironment) {
    this.certificate = certificate;
    this.#key = key;
    this.#environment = environment;
  }

  /** The authority that is kept in a folder; a new one where there is none, or none to go on with. */
  static async open(
    folder: string,
    environment: AuthorityEnvironment,
  ): Promise<CertificateAuthority> {
    const { disk, clock } = environment;
    const [certificate, key] = await Promise.all([
      disk.readFile(authorityFile(folder)).catch(undefinedWhenMissing),
      disk.readFile(join(folder, KEY_FILE)).catch(undefinedWhenMissing),
    ]);
    const kept = certificate && key && readPair(certificate, key, clock.nowMs());
    const { pem, privateKey } = kept ?? (await createIn(folder, environment));
    return new CertificateAuthority(pem, privateKey, environment);
  }

  /** Of the name that is asked for, or of this machine where that is none of its names. */
  pairFor(serverName: string): CertificatePair {
    const name = serverName.toLowerCase();
    const subject = isLocalName(name) ? name : '';
    const nowMs = this.#environment.clock.nowMs();
    const kept = this.#pairs.get(subject);
    if (kept && kept.untilMs > nowMs) return kept.pair;
    const pair = this.#issue(subject === '' ? OWN_NAMES : [subject], nowMs);
    this.#pairs.delete(subject);
    const [oldest] = this.#pairs.keys();
    if (this.#pairs.size >= PAIRS_MAX && oldest !== undefined) this.#pairs.delete(oldest);
    this.#pairs.set(subject, { pair, untilMs: nowMs + SERVER_RENEWED_AFTER_MS });
    return pair;
  }

  #issue(names: readonly string[], nowMs: number): CertificatePair {
    const { publicKey, pem } = (this.#serverKey ??= newServerKey());
    const certificate = serverCertificate({
      names,
      publicKey,
      authorityName: NAME,
      authorityKey: this.#key,
      serial: this.#environment.random.bytes(SERIAL_BYTES),
      validity: { fromMs: nowMs - BACKDATED_MS, untilMs: nowMs + SERVER_LIFE_MS },
    });
    return { key: pem, cert: certificate + this.certificate };
  }
}

function isLocalName(name: string): boolean {
  if (isIP(name) !== 0 || !HOST_NAME.test(name)) return false;
  return LOCAL_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

function newServerKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { publicKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Undefined for files that do not belong together, cannot be read, or soon end. */
function readPair(certificate: Buffer, key: Buffer, nowMs: number) {
  try {
    const read = new X509Certificate(certificate);
    const privateKey = createPrivateKey(key);
    const leftMs = Date.parse(read.validTo) - nowMs;
    if (leftMs < AUTHORITY_LEFT_MIN_MS || !read.checkPrivateKey(privateKey)) return undefined;
    return { pem: certificate.toString('latin1'), privateKey };
  } catch {
    // Half-written by a start that was cut off: nobody can have trusted it yet.
    return undefined;
  }
}

async function createIn(folder: string, { disk, clock, random }: AuthorityEnvironment) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const nowMs = clock.nowMs();
  const pem = authorityCertificate({
    name: NAME,
    key: privateKey,
    serial: random.bytes(SERIAL_BYTES),
    validity: { fromMs: nowMs - BACKDATED_MS, untilMs: nowMs + AUTHORITY_LIFE_MS },
    permittedDomains: LOCAL_DOMAINS,
    permittedNetworks: LOCAL_NETWORKS,
  });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await disk.makeDirectory(folder);
  await replaceFile(disk, join(folder, KEY_FILE), key, { ownerOnly: true });
  await replaceFile(disk, authorityFile(folder), pem, { ownerOnly: false });
  await disk.syncDirectory(folder);
  return { pem, privateKey };
}

async function replaceFile(
  disk: Disk,
  path: string,
  text: string,
  { ownerOnly }: { ownerOnly: boolean },
): Promise<void> {
  const draft = `${path}.new`;
  await disk.remove(draft);
  const file = await disk.open(draft, { create: true, ownerOnly });
  try {
    await file.write(Buffer.from(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, path);
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
