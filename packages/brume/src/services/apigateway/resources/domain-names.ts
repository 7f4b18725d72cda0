/** Custom domain names. The second version of API Gateway shows the same ones. */
import type {
  CreateDomainNameRequest,
  DeleteDomainNameRequest,
  DomainName,
  GetDomainNameRequest,
  GetDomainNamesRequest,
  UpdateDomainNameRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, notSupported } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { ID_LENGTH } from '../identifiers.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { domainNamePatch } from '../patching/tables.ts';
import type { AccountScope, KeptDomainName } from '../port.ts';
import type { RestState } from '../state.ts';

export async function createDomainName(
  state: RestState,
  input: CreateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  return addDomainName(state, input, context);
}

/** For both versions of API Gateway. */
export async function addDomainName(
  { domainNames, newId, now }: Pick<RestState, 'domainNames' | 'newId' | 'now'>,
  input: CreateDomainNameRequest,
  scope: AccountScope,
): Promise<KeptDomainName> {
  const { domainName, endpointConfiguration, tags } = input;
  if (!domainName) throw badRequest('No Domain Name specified');
  if (input.mutualTlsAuthentication)
    throw notSupported('mutual TLS, whose truststores are objects of S3,');
  if (endpointConfiguration?.types?.includes('PRIVATE')) {
    throw notSupported('private domain names, for lack of private networks,');
  }
  if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domainName) || domainName.length > 253) {
    throw badRequest('Invalid domain name specified');
  }
  const types = endpointConfiguration?.types ?? ['EDGE'];
  const isEdge = types.includes('EDGE');
  // Names of AWS's own, which lead nowhere here: a CNAME to them is what a user would write.
  const label = newId(ID_LENGTH);
  const address = `d-${label}.execute-api.${scope.region}.amazonaws.com`;
  const domain: KeptDomainName = {
    domainName,
    domainNameArn: `arn:aws:apigateway:${scope.region}::/domainnames/${domainName}`,
    certificateName: input.certificateName,
    certificateArn: input.certificateArn,
    certificateUploadDate: input.certificateArn || input.certificateName ? now() : undefined,
    regionalDomainName: isEdge ? undefined : address,
    regionalCertificateName: input.regionalCertificateName,
    regionalCertificateArn: input.regionalCertificateArn,
    distributionDomainName: isEdge ? `${label}.cloudfront.net` : undefined,
    endpointConfiguration: {
      types,
      ipAddressType: endpointConfiguration?.ipAddressType ?? 'ipv4',
    },
    domainNameStatus: 'AVAILABLE',
    securityPolicy: input.securityPolicy ?? 'TLS_1_2',
    endpointAccessMode: input.endpointAccessMode,
    tags: validTags(tags),
    ownershipVerificationCertificateArn: input.ownershipVerificationCertificateArn,
    routingMode: input.routingMode ?? 'BASE_PATH_MAPPING_ONLY',
    mappings: [],
    routingRules: [],
  };
  await domainNames.create(scope, domainName, domain);
  return domain;
}

export async function getDomainName(
  { domainNames }: RestState,
  { domainName }: GetDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  return domainNames.get(context, domainName);
}

export async function getDomainNames(
  { domainNames }: RestState,
  input: GetDomainNamesRequest,
  context: RequestContext,
): Promise<Page<DomainName>> {
  const domains = input.resourceOwner === 'OTHER_ACCOUNTS' ? [] : await domainNames.list(context);
  return pageOf(domains, input, ({ domainName }) => domainName);
}

export async function updateDomainName(
  { domainNames }: RestState,
  { domainName, patchOperations }: UpdateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  return domainNames.update(context, domainName, (domain) => {
    applyPatch(domainNamePatch, domain, patchOperations);
    validateRouting(domain);
    return domain;
  });
}

export async function deleteDomainName(
  { domainNames }: RestState,
  { domainName }: DeleteDomainNameRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await domainNames.remove(context, domainName);
  return {};
}

const ROUTING_MODES: readonly unknown[] = [
  'BASE_PATH_MAPPING_ONLY',
  'ROUTING_RULE_ONLY',
  'ROUTING_RULE_THEN_BASE_PATH_MAPPING',
];

/** The model checks it on creation alone. Wording unverified. */
function validateRouting({ routingMode }: DomainName): void {
  if (!ROUTING_MODES.includes(routingMode)) {
    throw badRequest(
      `Invalid routing mode specified. Valid options are ${ROUTING_MODES.join(',')}`,
    );
  }
}
