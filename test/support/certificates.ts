/** Certificates of all kinds for tests: authorities, clients, and such as nobody should trust. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import * as der from '../../packages/brume/src/http/tls/der.ts';

type KeyType = 'P-256' | 'P-384' | 'secp256k1' | 'rsa-2048' | 'rsa-1024' | 'ed25519';

export interface CertificateOptions {
  /** `C=US,O=Example,CN=client`; of ones without commas and equal signs in them. */
  readonly subject: string;
  /** Who signs it; itself where absent. */
  readonly issuer?: Certificate;
  readonly key?: KeyType;
  readonly hash?: 'sha1' | 'sha256' | 'sha384';
  readonly serial?: Uint8Array;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly isAuthority?: boolean;
  /** Extended key usages; nothing is said of them where absent. */
  readonly usages?: readonly string[];
  /** Without extensions, as OpenSSL makes them where it is not told otherwise. */
  readonly isVersion1?: boolean;
}

export interface Certificate {
  readonly subject: string;
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
export const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const HOUR_MS = 3_600_000;
const NAMES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' };
const ECDSA = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
};
const RSA = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
};

export function certificate(options: CertificateOptions): Certificate {
  const { subject, issuer, hash = 'sha256', isVersion1 = false } = options;
  const privateKey = newKey(options.key ?? 'P-256');
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = algorithmOf(signer, hash);
  const nowMs = Date.now();
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const toBeSigned = der.sequence(
    ...(isVersion1 ? [] : [der.explicit(0, der.integer(Buffer.of(2)))]),
    der.integer(options.serial ?? Buffer.of(1)),
    algorithm,
    name(issuer?.subject ?? subject),
    der.sequence(
      der.time(options.fromMs ?? nowMs - HOUR_MS),
      der.time(options.untilMs ?? nowMs + HOUR_MS),
    ),
    name(subject),
    publicKey,
    ...(isVersion1 ? [] : [der.explicit(3, der.sequence(...extensions(options)))]),
  );
  const isEdwards = signer.asymmetricKeyType === 'ed25519';
  const signature = sign(isEdwards ? undefined : hash, toBeSigned, signer);
  const bytes = der.sequence(toBeSigned, algorithm, der.bits(signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    subject,
    privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export function authority(subject: string, more: Partial<CertificateOptions> = {}): Certificate {
  return certificate({ subject, isAuthority: true, ...more });
}

function newKey(type: KeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  const [, modulusLength] = type.split('rsa-');
  if (modulusLength !== undefined) {
    return generateKeyPairSync('rsa', { modulusLength: Number(modulusLength) }).privateKey;
  }
  return generateKeyPairSync('ec', { namedCurve: type }).privateKey;
}

function algorithmOf(signer: KeyObject, hash: keyof typeof RSA): Buffer {
  if (signer.asymmetricKeyType === 'ed25519') {
    return der.sequence(der.objectIdentifier('1.3.101.112'));
  }
  const isRsa = signer.asymmetricKeyType === 'rsa';
  const id = der.objectIdentifier((isRsa ? RSA : ECDSA)[hash]);
  return isRsa ? der.sequence(id, Buffer.of(5, 0)) : der.sequence(id);
}

function name(subject: string): Buffer {
  const parts = subject.split(',').map((part) => {
    const [type = '', value = ''] = part.split('=');
    const id = der.objectIdentifier(NAMES[type as keyof typeof NAMES]);
    return der.set(der.sequence(id, der.utf8(value)));
  });
  return der.sequence(...parts);
}

function extensions({ isAuthority = false, usages }: CertificateOptions): Buffer[] {
  const constraints = isAuthority ? der.sequence(der.boolean(true)) : der.sequence();
  const extension = (id: string, value: Buffer) =>
    der.sequence(der.objectIdentifier(id), der.octets(value));
  return [
    extension('2.5.29.19', constraints),
    ...(usages ? [extension('2.5.29.37', der.sequence(...usages.map(der.objectIdentifier)))] : []),
  ];
}
