/** The certificates that a Brume shows: of its own authority, and its user's own where there is one. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment/environment.ts';
import { authorityFile, CertificateAuthority } from './http/tls/authority.ts';
import type { CertificatePair, Certificates } from './http/tls/tls-front.ts';
import type { Persistence } from './persistence.ts';

export interface OwnCertificates {
  /** Reads the user's own, so that what is wrong with it is known before it is needed. */
  check(): Promise<void>;
  certificates(): Promise<Certificates>;
  /** The authority's certificate as a file, for who is to trust it; the authority is made where missing. */
  authorityFile(): Promise<string>;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

export function ownCertificates(
  config: Config,
  persistence: Persistence,
  environment: Environment,
): OwnCertificates {
  let opened: Promise<CertificateAuthority> | undefined;
  const authority = () =>
    (opened ??= persistence
      .tlsFolder()
      .then((folder) => CertificateAuthority.open(folder, environment)));
  const own = () => readOwn(config, environment);
  return {
    check: async () => void (await own()),
    async certificates() {
      const [authorities, users] = await Promise.all([authority(), own()]);
      return users ? preferring(users, authorities) : authorities;
    },
    async authorityFile() {
      await authority();
      return authorityFile(await persistence.tlsFolder());
    },
    // Whoever asked has been told of the failure.
    settled: async () => void (await opened?.catch(() => {})),
  };
}

interface OwnPair {
  readonly pair: CertificatePair;
  readonly certificate: X509Certificate;
}

/** The user's certificate for the names that it has; the authority's for the names of this machine. */
function preferring({ pair, certificate }: OwnPair, authority: Certificates): Certificates {
  return {
    pairFor: (name) =>
      name !== '' && certificate.checkHost(name) !== undefined ? pair : authority.pairFor(name),
  };
}

async function readOwn(
  { tlsCertificate, tlsKey }: Config,
  { disk }: Environment,
): Promise<OwnPair | undefined> {
  if (tlsCertificate === undefined || tlsKey === undefined) return undefined;
  try {
    const [cert, key] = await Promise.all([disk.readFile(tlsCertificate), disk.readFile(tlsKey)]);
    const pair = { cert: cert.toString('latin1'), key: key.toString('latin1') };
    // Throws where the two do not belong together.
    createSecureContext(pair);
    return { pair, certificate: new X509Certificate(cert) };
  } catch (error) {
    throw new ConfigError(
      `The certificate ${tlsCertificate} with the key ${tlsKey} cannot be used: ${String(error)}`,
    );
  }
}
