/** Custom domain names. The second version of API Gateway shows the public ones, too. */
import type {
  CreateDomainNameRequest,
  DeleteDomainNameRequest,
  DomainName,
  GetDomainNameRequest,
  GetDomainNamesRequest,
  UpdateDomainNameRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { domainKey, validateDomainName } from '../domain-name.ts';
import { isPrivate } from '../endpoint-type.ts';
import { concurrentModification, domainNameTaken } from '../errors.ts';
import { ID_LENGTH } from '../identifiers.ts';
import { keepTruststore, readTruststore } from '../mutual-tls.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { domainNamePatch } from '../patching/tables.ts';
import type { AccountScope, KeptDomainName } from '../port.ts';
import type { RestState } from '../state.ts';

/**
 * APIs, functions and portals are asked for by such names, and services by AWS's own: on AWS nobody has a
 * certificate for them. Here nobody looks at certificates, and whoever had such a domain had what is others'.
 */
const RESERVED =
  /(?:^|\.)(?:execute-api|lambda-url|apigw-portal)\.|(?:^|\.)(?:amazonaws\.com(?:\.cn)?|on\.aws)$/i;

export async function createDomainName(
  state: RestState,
  input: CreateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  return addDomainName(state, input, context);
}

/** For both versions of API Gateway. */
export async function addDomainName(
  state: RestState,
  input: CreateDomainNameRequest,
  scope: AccountScope,
): Promise<KeptDomainName> {
  const { domainName } = input;
  if (!domainName) throw badRequest('No Domain Name specified');
  if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domainName) || domainName.length > 253) {
    throw badRequest('Invalid domain name specified');
  }
  if (RESERVED.test(domainName)) {
    throw badRequest(`${domainName} is kept for what Brume itself is asked for by such names`);
  }
  const domain = newDomainName(state, input, scope);
  keepTruststore(domain, await readTruststore(state, input.mutualTlsAuthentication));
  validateDomainName(domain);
  if (!isPrivate(domain) && state.feed.isOthersDomain(domainName, scope.accountId)) {
    throw domainNameTaken();
  }
  await state.domainNames.create(scope, domainKey(domainName, domain.domainNameId), domain);
  return domain;
}

function newDomainName(
  { newId, now }: RestState,
  input: CreateDomainNameRequest,
  { accountId, region }: AccountScope,
): KeptDomainName {
  const { domainName, endpointConfiguration = {} } = input;
  const { types = ['EDGE'], ipAddressType } = endpointConfiguration;
  const isHidden = types.includes('PRIVATE');
  // Names of AWS's own, which lead nowhere here: a CNAME to them is what a user would write.
  const label = newId(ID_LENGTH);
  const isRegional = types.includes('REGIONAL');
  const arn = `arn:aws:apigateway:${region}`;
  return {
    domainName,
    domainNameId: isHidden ? label : undefined,
    domainNameArn: isHidden
      ? `${arn}:${accountId}:/domainnames/${domainName}+${label}`
      : `${arn}::/domainnames/${domainName}`,
    certificateName: input.certificateName,
    certificateArn: input.certificateArn,
    certificateUploadDate: input.certificateArn || input.certificateName ? now() : undefined,
    regionalDomainName: isRegional ? `d-${label}.execute-api.${region}.amazonaws.com` : undefined,
    regionalCertificateName: input.regionalCertificateName,
    regionalCertificateArn: input.regionalCertificateArn,
    distributionDomainName: types.includes('EDGE') ? `${label}.cloudfront.net` : undefined,
    endpointConfiguration: {
      types,
      ipAddressType: ipAddressType ?? (isHidden ? 'dualstack' : 'ipv4'),
    },
    domainNameStatus: 'AVAILABLE',
    securityPolicy: input.securityPolicy ?? 'TLS_1_2',
    endpointAccessMode: input.endpointAccessMode,
    tags: validTags(input.tags),
    ownershipVerificationCertificateArn: input.ownershipVerificationCertificateArn,
    policy: input.policy,
    routingMode: input.routingMode ?? 'BASE_PATH_MAPPING_ONLY',
    mappings: [],
    routingRules: [],
  };
}

export async function getDomainName(
  { domainNames }: RestState,
  { domainName, domainNameId }: GetDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  return domainNames.get(context, domainKey(domainName, domainNameId));
}

export async function getDomainNames(
  { domainNames }: RestState,
  input: GetDomainNamesRequest,
  context: RequestContext,
): Promise<Page<DomainName>> {
  const domains = input.resourceOwner === 'OTHER_ACCOUNTS' ? [] : await domainNames.list(context);
  const keyOf = (each: KeptDomainName) => domainKey(each.domainName, each.domainNameId);
  return pageOf(domains, input, keyOf);
}

export async function updateDomainName(
  state: RestState,
  { domainName, domainNameId, patchOperations }: UpdateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  const key = domainKey(domainName, domainNameId);
  const isOfTruststore = patchOperations?.some(({ path }) => path?.startsWith('/mutualTls'));
  const patched = (domain: KeptDomainName) => {
    applyPatch(domainNamePatch, domain, patchOperations);
    return domain;
  };
  // Truststores are read before: what changes an item does not wait.
  const said = isOfTruststore
    ? patched(await state.domainNames.get(context, key)).mutualTlsAuthentication
    : undefined;
  const truststore = await readTruststore(state, said);
  return state.domainNames.update(context, key, (domain) => {
    const wasPrivate = isPrivate(domain);
    patched(domain);
    if (isOfTruststore) {
      if (domain.mutualTlsAuthentication?.truststoreUri !== said?.truststoreUri) {
        throw concurrentModification();
      }
      keepTruststore(domain, truststore);
    }
    // Developer guide: "You can't migrate a public custom domain name to a private custom domain name."
    if (isPrivate(domain) !== wasPrivate) {
      throw badRequest('Public domain names cannot become private, nor private ones public');
    }
    validateDomainName(domain);
    return domain;
  });
}

export async function deleteDomainName(
  { domainNames }: RestState,
  { domainName, domainNameId }: DeleteDomainNameRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await domainNames.remove(context, domainKey(domainName, domainNameId));
  return {};
}
