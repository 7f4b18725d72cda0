/**
 * Truststores of domains with mutual TLS: the authorities whose clients are let in. By AWS's developer
 * guide ("Configuring your truststore", 2022-2026) the whole chain is in the truststore, from who issued
 * the client's certificate up to the root, in four certificates at most; what clients send beside their
 * own certificate counts for nothing. Revocation is not looked at, as on AWS.
 */
import { createHash, X509Certificate } from 'node:crypto';
import {
  describeCertificate,
  hasStrongKey,
  hasStrongSignature,
  isForClients,
  nameOf,
} from './client-certificate.ts';
import { badRequest } from './errors.ts';
import type { ClientTruststore, ClientVerdict } from './port.ts';

/** API Gateway's quotas, "Configuring and running": certificates, and the size of the object. */
const CERTIFICATES_MAX = 1_000;
export const TRUSTSTORE_BYTES_MAX = 1024 * 1024;
/** Developer guide: "Certificates can have a maximum chain length of four"; the client's own is apart. */
const CHAIN_LENGTH_MAX = 4;
/** Clients whose chains are remembered. Ours. */
const REMEMBERED_MAX = 1_000;

/** AWS's own, by its knowledge center ("HTTP 403 Forbidden errors … mutual TLS", 2021-2026). */
const NO_ISSUER = 'Could not find issuer for certificate';
const WEAK_SIGNATURE = 'Client cert using an insecure Signature Algorithm';
const SELF_SIGNED = 'self signed certificate';

interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

type Judgement = { readonly verdict: ClientVerdict; readonly within: Period };

export class Truststore implements ClientTruststore {
  readonly #certificates: readonly X509Certificate[];
  /** Certificates that cannot be read, counted from one. */
  readonly #unreadable: readonly number[];
  /** Those that are of use, by whom they are of. */
  readonly #trusted = new Map<string, X509Certificate>();
  readonly #remembered = new Map<string, Judgement>();

  /** Throws for what is no truststore. Wordings unverified. */
  constructor(pem: string) {
    const { certificates, unreadable } = readCertificates(pem);
    if (certificates.length === 0) {
      throw badRequest('The truststore has no certificate that can be read');
    }
    // Seen on AWS: subjects must be unique (multi-tenant mTLS sample, 2026).
    const subjects = new Set<string>();
    for (const { subject } of certificates) {
      if (subjects.has(subject)) {
        throw badRequest(`The truststore has several certificates of ${nameOf(subject)}`);
      }
      subjects.add(subject);
    }
    this.#certificates = certificates;
    this.#unreadable = unreadable;
    for (const each of certificates) {
      if (weaknessOf(each) === undefined) this.#trusted.set(each.subject, each);
    }
  }

  /** What is wrong with which certificate, for who put it there. Wordings unverified. */
  warnings(nowMs: number): string[] {
    const warnings = this.#unreadable.map((place) => `Certificate ${place} cannot be read`);
    for (const each of this.#certificates) {
      const problem = weaknessOf(each) ?? periodProblem(each, nowMs) ?? this.#chainProblem(each);
      if (problem !== undefined) warnings.push(`${problem}: ${nameOf(each.subject)}`);
    }
    return warnings;
  }

  #chainProblem(certificate: X509Certificate): string | undefined {
    const leadsToRoot = typeof this.#chainOf(certificate) !== 'string';
    return leadsToRoot ? undefined : 'Certificate does not lead to a root in the truststore';
  }

  judge(der: Uint8Array, nowMs: number): ClientVerdict {
    const key = createHash('sha256').update(der).digest('base64');
    const known = this.#remembered.get(key);
    if (known && isWithin(known.within, nowMs)) return known.verdict;
    const judgement = this.#judgeAnew(der, nowMs);
    if (judgement.verdict.type === 'trusted') this.#remember(key, judgement);
    return judgement.verdict;
  }

  #remember(key: string, judgement: Judgement): void {
    this.#remembered.delete(key);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= REMEMBERED_MAX && oldest !== undefined) {
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(key, judgement);
  }

  #judgeAnew(der: Uint8Array, nowMs: number): Judgement {
    const certificate = readCertificate(der);
    if (!certificate) return refused('The certificate cannot be read');
    if (!hasStrongSignature(certificate)) return refused(WEAK_SIGNATURE);
    if (!hasStrongKey(certificate)) return refused('The key of the certificate is too weak');
    if (!isForClients(certificate)) return refused('The certificate is not for clients');
    const chain = this.#chainOf(certificate);
    if (typeof chain === 'string') return refused(chain);
    const within = periodOf([certificate, ...chain]);
    if (!isWithin(within, nowMs)) return refused('A certificate has expired or is not yet valid');
    return { verdict: { type: 'trusted', certificate: describeCertificate(certificate) }, within };
  }

  /** From the issuer to the root; or why there is none. Validity is not looked at. */
  #chainOf(certificate: X509Certificate): X509Certificate[] | string {
    const chain: X509Certificate[] = [];
    let last = certificate;
    while (!isSelfIssued(last)) {
      const issuer = this.#trusted.get(last.issuer);
      // An authority vouches for others by its name and by its key.
      if (!issuer?.ca || !last.checkIssued(issuer) || !last.verify(issuer.publicKey)) {
        return NO_ISSUER;
      }
      chain.push(issuer);
      if (chain.length > CHAIN_LENGTH_MAX) return 'The chain of the certificate is too long';
      last = issuer;
    }
    const root = this.#trusted.get(last.subject);
    return root?.fingerprint256 === last.fingerprint256 ? chain : SELF_SIGNED;
  }
}

function refused(reason: string): Judgement {
  return { verdict: { type: 'refused', reason }, within: { fromMs: 0, untilMs: 0 } };
}

function isSelfIssued({ subject, issuer }: X509Certificate): boolean {
  return subject === issuer;
}

/** What makes a certificate of no use, whenever. */
function weaknessOf(certificate: X509Certificate): string | undefined {
  if (!hasStrongSignature(certificate)) return 'Certificate uses an insecure signature algorithm';
  if (!hasStrongKey(certificate)) return 'Certificate has a key that is too weak';
  if (isSelfIssued(certificate)) {
    return certificate.verify(certificate.publicKey) ? undefined : 'Certificate is not intact';
  }
  return certificate.ca ? undefined : 'Certificate is not of a certificate authority';
}

function periodProblem(certificate: X509Certificate, nowMs: number): string | undefined {
  const { fromMs, untilMs } = periodOf([certificate]);
  if (nowMs > untilMs) return 'Certificate has expired';
  return nowMs < fromMs ? 'Certificate is not yet valid' : undefined;
}

/** In which all are valid. */
function periodOf(certificates: readonly X509Certificate[]): Period {
  return {
    fromMs: Math.max(...certificates.map(({ validFromDate }) => validFromDate.getTime())),
    untilMs: Math.min(...certificates.map(({ validToDate }) => validToDate.getTime())),
  };
}

function isWithin({ fromMs, untilMs }: Period, nowMs: number): boolean {
  return nowMs >= fromMs && nowMs <= untilMs;
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Whatever stands between the certificates is no matter. `unreadable` counts from one. */
function readCertificates(pem: string) {
  const certificates: X509Certificate[] = [];
  const unreadable: number[] = [];
  let count = 0;
  for (let begin = pem.indexOf(BEGIN); begin >= 0;) {
    const end = pem.indexOf(END, begin);
    if (end < 0) break;
    if (++count > CERTIFICATES_MAX) {
      throw badRequest(`A truststore has at most ${CERTIFICATES_MAX} certificates`);
    }
    const certificate = readCertificate(pem.slice(begin, end + END.length));
    if (certificate) certificates.push(certificate);
    else unreadable.push(count);
    begin = pem.indexOf(BEGIN, end);
  }
  return { certificates, unreadable };
}

function readCertificate(bytes: Uint8Array | string): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    // Whoever asked says what that means.
    return undefined;
  }
}
