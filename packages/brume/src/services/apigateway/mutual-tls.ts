/** Mutual TLS of domain names: the truststore is kept as it was when its address was said. */
import type { MutualTlsAuthenticationInput } from '../../model/generated/apigateway.types.ts';
import { badRequest } from '../gateway/errors.ts';
import type { TruststoreSource } from '../gateway/port.ts';
import { Truststore } from '../gateway/truststore.ts';
import type { KeptDomainName, KeptTruststore } from './port.ts';

/** Undefined where no address is given, which turns mutual TLS off. */
export async function readTruststore(
  { truststores, nowMs }: { readonly truststores: TruststoreSource; readonly nowMs: () => number },
  { truststoreUri, truststoreVersion }: MutualTlsAuthenticationInput = {},
): Promise<KeptTruststore | undefined> {
  if (!truststoreUri) {
    if (truststoreVersion) throw badRequest('A truststore has a version where it has an address');
    return undefined;
  }
  const bytes = await truststores.read(truststoreUri, truststoreVersion || undefined);
  const truststore = Buffer.from(bytes).toString('latin1');
  const truststoreWarnings = new Truststore(truststore).warnings(nowMs());
  return {
    mutualTlsAuthentication: { truststoreUri, truststoreVersion, truststoreWarnings },
    truststore,
  };
}

export function keepTruststore(domain: KeptDomainName, read: KeptTruststore | undefined): void {
  domain.mutualTlsAuthentication = read?.mutualTlsAuthentication;
  domain.truststore = read?.truststore;
}
