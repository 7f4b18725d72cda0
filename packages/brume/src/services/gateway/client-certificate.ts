/** Certificates of clients: which API Gateway takes, and how it tells of them. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import type { ClientCertificate } from './port.ts';

/** SHA-256 and stronger, of RSA and ECDSA (developer guide, "Configuring your truststore", 2022-2026). */
const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set([
  ...['11', '12', '13'].map((last) => `1.2.840.113549.1.1.${last}`),
  ...['2', '3', '4'].map((last) => `1.2.840.10045.4.3.${last}`),
]);
const RSA_BITS_MIN = 2_048;
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const ANY_USAGE = '2.5.29.37.0';

export function hasStrongSignature({ signatureAlgorithmOid }: X509Certificate): boolean {
  return SIGNATURE_ALGORITHMS.has(signatureAlgorithmOid ?? '');
}

/** RSA of 2,048 bits, ECDSA of 256, and stronger. */
export function hasStrongKey(certificate: X509Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = keyOf(certificate) ?? {};
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= RSA_BITS_MIN;
  return type === 'ec' && CURVES.has(details?.namedCurve ?? '');
}

function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    // A kind of key that OpenSSL does not know: nobody can show to have it.
    return undefined;
  }
}

/** A certificate that says what it is for must say so; AWS's documents do not speak of it. */
export function isForClients({ keyUsage }: X509Certificate): boolean {
  // Node calls the extended usages so; undefined where the certificate says nothing.
  const usages = keyUsage as readonly string[] | undefined;
  return usages?.some((usage) => usage === CLIENT_AUTHENTICATION || usage === ANY_USAGE) ?? true;
}

/**
 * Forms by the developer guide's examples (2020-2026): `"subjectDN": "C=US,ST=Washington,…,CN=My Client"`,
 * `"serialNumber": "1"` and `"a1:a1:a1:…"`, `"notAfter": "Aug  5 00:28:21 2120 GMT"`.
 */
export function describeCertificate(certificate: X509Certificate): ClientCertificate {
  return {
    clientCertPem: certificate.toString(),
    subjectDN: nameOf(certificate.subject),
    issuerDN: nameOf(certificate.issuer),
    serialNumber: serialNumberOf(certificate.serialNumber),
    validity: { notBefore: certificate.validFrom, notAfter: certificate.validTo },
  };
}

/** In the certificate's own order. Node has a line for each part, and escapes what is in them. */
export function nameOf(lines: string | undefined): string {
  return lines?.replaceAll('\n', ',') ?? '';
}

/** As OpenSSL prints them: what fits eight bytes as a number, what does not byte by byte. */
function serialNumberOf(hex: string): string {
  if (hex.length <= 16) return BigInt(`0x${hex}`).toString();
  return hex.toLowerCase().replaceAll(/(..)(?=.)/g, '$1:');
}
