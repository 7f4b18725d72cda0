/** What a domain name must keep, however it came to be so. Wordings without a source are unverified. */
import type {
  DomainName,
  EndpointAccessMode,
  RoutingMode,
  SecurityPolicy,
} from '../../model/generated/apigateway.types.ts';
import { isEnhancedPolicy } from '../gateway/custom-domain.ts';
import { badRequest } from '../gateway/errors.ts';
import { isResourcePolicy } from '../gateway/policy-document.ts';
import { isPrivate } from './endpoint-type.ts';
import { invalidPolicy } from './errors.ts';

/**
 * The oldest TLS that a policy takes (developer guide, "Supported security policies", 2026). `TLS_1_0` is
 * kept, but TLS 1.0 and 1.1 are spoken to nobody.
 */
const SECURITY_POLICIES: Readonly<Record<SecurityPolicy, 'TLSv1.2' | 'TLSv1.3'>> = {
  TLS_1_0: 'TLSv1.2',
  TLS_1_2: 'TLSv1.2',
  SecurityPolicy_TLS13_1_3_2025_09: 'TLSv1.3',
  SecurityPolicy_TLS13_1_3_FIPS_2025_09: 'TLSv1.3',
  SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_PQ_2025_09: 'TLSv1.2',
  SecurityPolicy_TLS13_1_2_2021_06: 'TLSv1.2',
  SecurityPolicy_TLS13_2025_EDGE: 'TLSv1.3',
  SecurityPolicy_TLS12_PFS_2025_EDGE: 'TLSv1.2',
  SecurityPolicy_TLS12_2018_EDGE: 'TLSv1.2',
};
const ROUTING_MODES: readonly (RoutingMode | undefined)[] = [
  'BASE_PATH_MAPPING_ONLY',
  'ROUTING_RULE_ONLY',
  'ROUTING_RULE_THEN_BASE_PATH_MAPPING',
];
const ACCESS_MODES: readonly (EndpointAccessMode | undefined)[] = ['BASIC', 'STRICT', undefined];

export function minTlsVersion({ securityPolicy = 'TLS_1_2' }: DomainName): 'TLSv1.2' | 'TLSv1.3' {
  return SECURITY_POLICIES[securityPolicy];
}

/** By what a domain name is kept: several private ones may be alike. No name has a `+`. */
export function domainKey(domainName: string, domainNameId: string | undefined): string {
  return domainNameId ? `${domainName}+${domainNameId}` : domainName;
}

/** The model checks some of it on creation alone. */
export function validateDomainName(domain: DomainName): void {
  const { routingMode, securityPolicy = 'TLS_1_2', endpointAccessMode } = domain;
  if (!ROUTING_MODES.includes(routingMode)) {
    throw badRequest(
      `Invalid routing mode specified. Valid options are ${ROUTING_MODES.join(',')}`,
    );
  }
  if (!Object.hasOwn(SECURITY_POLICIES, securityPolicy)) {
    const valid = Object.keys(SECURITY_POLICIES).join(',');
    throw badRequest(`Invalid security policy specified. Valid options are ${valid}`);
  }
  if (!ACCESS_MODES.includes(endpointAccessMode)) {
    throw badRequest('Invalid endpoint access mode specified. Valid options are BASIC,STRICT');
  }
  if (isEnhancedPolicy(securityPolicy) && endpointAccessMode === undefined) {
    throw badRequest(`The security policy ${securityPolicy} needs an endpoint access mode`);
  }
  validateMutualTls(domain);
  if (isPrivate(domain)) validatePrivate(domain);
  else if (domain.policy || domain.managementPolicy) {
    throw badRequest('Only private domain names have policies');
  }
}

/** Developer guide, "Configuring mutual TLS": a Regional domain name, TLS 1.2, no enhanced policy. */
function validateMutualTls(domain: DomainName): void {
  const { mutualTlsAuthentication, endpointConfiguration, securityPolicy } = domain;
  if (!mutualTlsAuthentication) return;
  const [type, ...others] = endpointConfiguration?.types ?? [];
  if (type !== 'REGIONAL' || others.length > 0) {
    throw badRequest('Mutual TLS is supported for Regional domain names only');
  }
  if (securityPolicy !== 'TLS_1_2') {
    throw badRequest('Mutual TLS is supported with the security policy TLS_1_2 only');
  }
}

/** Developer guide, "Considerations for private custom domain names". */
function validatePrivate(domain: DomainName): void {
  const { domainName = '', endpointConfiguration, securityPolicy } = domain;
  if (domainName.startsWith('*')) throw badRequest('Private domain names cannot be wildcards');
  if (securityPolicy !== 'TLS_1_2') {
    throw badRequest('Private domain names have the security policy TLS_1_2');
  }
  if (endpointConfiguration?.ipAddressType !== 'dualstack') {
    throw badRequest('Private domain names have the IP address type dualstack');
  }
  for (const policy of [domain.policy, domain.managementPolicy]) {
    if (policy && !isResourcePolicy(policy)) throw invalidPolicy();
  }
}
