/** X.509 certificates (RFC 5280), made and signed: of an authority, and of servers that it vouches for. */
import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bits,
  boolean,
  explicit,
  integer,
  objectIdentifier,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from './der.ts';

export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

interface CertificateFields {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** The issuer's, on the curve P-256. */
  readonly signingKey: KeyObject;
  /** Unpredictable, 20 bytes at most. */
  readonly serial: Uint8Array;
  readonly validity: Validity;
  readonly extensions: readonly Uint8Array[];
}

const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const COMMON_NAME = objectIdentifier('2.5.4.3');
const SUBJECT_KEY = '2.5.29.14';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_NAMES = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const NAME_CONSTRAINTS = '2.5.29.30';
const AUTHORITY_KEY = '2.5.29.35';
const EXTENDED_USAGE = '2.5.29.37';
const CLIENT_AUTHENTICATION = objectIdentifier('1.3.6.1.5.5.7.3.2');
const SERVER_AUTHENTICATION = objectIdentifier('1.3.6.1.5.5.7.3.1');
/** The first bit. */
const DIGITAL_SIGNATURE = extension(KEY_USAGE, true, bits(Buffer.of(0b1000_0000), 7));

/** Of a certificate that is signed by its own key. */
interface SelfSignedFields {
  readonly name: string;
  readonly key: KeyObject;
  readonly serial: Uint8Array;
  readonly validity: Validity;
}

export interface AuthorityFields extends SelfSignedFields {
  /** Domains, with all below them, that the authority may vouch for; and networks, as address and mask. */
  readonly permittedDomains: readonly string[];
  readonly permittedNetworks: readonly Uint8Array[];
}

/** An authority's certificate, as PEM. */
export function authorityCertificate(fields: AuthorityFields): string {
  const permitted = [
    ...fields.permittedDomains.map((domain) => sequence(domainName(domain))),
    ...fields.permittedNetworks.map((network) => sequence(addressName(network))),
  ];
  return selfSigned(fields, [
    extension(BASIC_CONSTRAINTS, true, sequence(boolean(true))),
    // keyCertSign and cRLSign: the sixth and seventh bit.
    extension(KEY_USAGE, true, bits(Buffer.of(0b0000_0110), 1)),
    extension(NAME_CONSTRAINTS, true, sequence(tagged(0xa0, ...permitted))),
  ]);
}

/** A client's certificate as PEM: who is to trust it is given it. */
export function clientCertificate(fields: SelfSignedFields): string {
  return selfSigned(fields, [
    extension(BASIC_CONSTRAINTS, true, sequence()),
    DIGITAL_SIGNATURE,
    extension(EXTENDED_USAGE, false, sequence(CLIENT_AUTHENTICATION)),
  ]);
}

function selfSigned(fields: SelfSignedFields, extensions: readonly Uint8Array[]): string {
  const { name, key, serial, validity } = fields;
  return certificate({
    subject: name,
    issuer: name,
    publicKey: createPublicKey(key),
    signingKey: key,
    serial,
    validity,
    extensions,
  });
}

export interface ServerFields {
  /** Host names and addresses; the first is the subject's. */
  readonly names: readonly string[];
  readonly publicKey: KeyObject;
  readonly authorityName: string;
  readonly authorityKey: KeyObject;
  readonly serial: Uint8Array;
  readonly validity: Validity;
}

/** A server's certificate as PEM, signed by the authority. */
export function serverCertificate(fields: ServerFields): string {
  const { names, publicKey, authorityKey, authorityName, serial, validity } = fields;
  const [subject = ''] = names;
  const authority = keyIdentifier(createPublicKey(authorityKey));
  return certificate({
    subject,
    issuer: authorityName,
    publicKey,
    signingKey: authorityKey,
    serial,
    validity,
    extensions: [
      extension(BASIC_CONSTRAINTS, true, sequence()),
      DIGITAL_SIGNATURE,
      extension(EXTENDED_USAGE, false, sequence(SERVER_AUTHENTICATION)),
      extension(SUBJECT_NAMES, false, sequence(...names.map(generalName))),
      extension(AUTHORITY_KEY, false, sequence(tagged(0x80, authority))),
    ],
  });
}

function certificate(fields: CertificateFields): string {
  const { issuer, subject, publicKey, signingKey, serial, validity, extensions } = fields;
  const subjectKey = extension(SUBJECT_KEY, false, octets(keyIdentifier(publicKey)));
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serial),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer),
    sequence(time(validity.fromMs), time(validity.untilMs)),
    distinguishedName(subject),
    publicKeyInfo(publicKey),
    explicit(3, sequence(...extensions, subjectKey)),
  );
  const signature = sign('sha256', toBeSigned, signingKey);
  return pem(sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature)));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(COMMON_NAME, utf8(commonName))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  const flag = critical ? [boolean(true)] : [];
  return sequence(objectIdentifier(id), ...flag, octets(value));
}

function generalName(name: string): Buffer {
  return isIP(name) === 0 ? domainName(name) : addressName(addressBytes(name));
}

const domainName = (name: string) => tagged(0x82, Buffer.from(name, 'ascii'));
const addressName = (bytes: Uint8Array) => tagged(0x87, bytes);

/** Of IPv6 addresses only `::1` is ever asked for. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  if (address !== '::1')
    throw new RangeError(`not an address that certificates are made for: ${address}`);
  return Buffer.concat([Buffer.alloc(15), Buffer.of(1)]);
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 7093 §2, method 4: any hash of the key will do. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
