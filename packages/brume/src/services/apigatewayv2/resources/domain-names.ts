/** Custom domain names, as the second version of API Gateway shows what the first one keeps. */
import type { DomainName as KeptSettings } from '../../../model/generated/apigateway.types.ts';
import type {
  CreateDomainNameRequest,
  DomainName,
  DomainNameConfiguration,
  EndpointType,
  RoutingMode,
  UpdateDomainNameRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { KeptDomainName } from '../../apigateway/port.ts';
import { badRequest, notSupported } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { pageOf } from '../pagination.ts';
import type { PageInput } from '../pagination.ts';
import type { GatewayState } from '../state.ts';

type KeptMode = NonNullable<KeptSettings['routingMode']>;

/** By the second version's names. */
const MODES: Readonly<Record<RoutingMode, KeptMode>> = {
  API_MAPPING_ONLY: 'BASE_PATH_MAPPING_ONLY',
  ROUTING_RULE_ONLY: 'ROUTING_RULE_ONLY',
  ROUTING_RULE_THEN_API_MAPPING: 'ROUTING_RULE_THEN_BASE_PATH_MAPPING',
};

export async function createDomainName(
  { domainNames }: GatewayState,
  input: CreateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  if (input.MutualTlsAuthentication) throw noMutualTls();
  const configuration = soleConfiguration(input.DomainNameConfigurations);
  const { EndpointType: type = 'REGIONAL', SecurityPolicy, IpAddressType } = configuration;
  const kept = await (
    await domainNames()
  ).create(
    {
      domainName: input.DomainName,
      ...certificateOf(configuration, type),
      endpointConfiguration: { types: [type], ipAddressType: IpAddressType },
      securityPolicy: SecurityPolicy,
      ownershipVerificationCertificateArn: configuration.OwnershipVerificationCertificateArn,
      routingMode: input.RoutingMode && MODES[input.RoutingMode],
      tags: input.Tags,
    },
    context,
  );
  return described(kept);
}

export async function getDomainName(
  { domainNames }: GatewayState,
  { DomainName: name }: { DomainName: string },
  context: RequestContext,
): Promise<DomainName> {
  return described(await (await domainNames()).get(context, name));
}

export async function getDomainNames(
  { domainNames }: GatewayState,
  input: PageInput,
  context: RequestContext,
): Promise<{ Items: DomainName[]; NextToken: string | undefined }> {
  const kept = await (await domainNames()).list(context);
  return pageOf(kept.map(described), input, (each) => each.DomainName);
}

export async function updateDomainName(
  { domainNames }: GatewayState,
  input: UpdateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  if (input.MutualTlsAuthentication?.TruststoreUri) throw noMutualTls();
  const { DomainNameConfigurations: given, RoutingMode: mode } = input;
  const configuration = given && soleConfiguration(given);
  return (await domainNames()).update(context, input.DomainName, (kept) => {
    if (mode) kept.routingMode = MODES[mode];
    if (configuration) change(kept, configuration);
    return described(kept);
  });
}

/** What is not given stays. */
function change(kept: KeptDomainName, configuration: DomainNameConfiguration): void {
  const [before = 'REGIONAL'] = kept.endpointConfiguration?.types ?? [];
  const {
    EndpointType: type = before as EndpointType,
    IpAddressType,
    SecurityPolicy,
  } = configuration;
  if (type !== before) throw badRequest('The endpoint type of a domain name cannot be changed');
  const changed = {
    ...certificateOf(configuration, type),
    securityPolicy: SecurityPolicy,
    ownershipVerificationCertificateArn: configuration.OwnershipVerificationCertificateArn,
  };
  const said = Object.entries(changed).filter(([, value]) => value !== undefined);
  Object.assign(kept, Object.fromEntries(said));
  if (IpAddressType) {
    kept.endpointConfiguration = { ...kept.endpointConfiguration, ipAddressType: IpAddressType };
  }
}

export async function deleteDomainName(
  { domainNames }: GatewayState,
  { DomainName: name }: { DomainName: string },
  context: RequestContext,
): Promise<Record<string, never>> {
  await (await domainNames()).remove(context, name);
  return {};
}

function noMutualTls() {
  return notSupported('mutual TLS, whose truststores are objects of S3,');
}

/** Wording unverified. */
function soleConfiguration(
  given: readonly DomainNameConfiguration[] = [],
): DomainNameConfiguration {
  const [configuration, ...others] = given;
  if (!configuration || others.length > 0) {
    throw badRequest('A domain name must have exactly one DomainNameConfiguration');
  }
  return configuration;
}

function certificateOf(
  { CertificateArn, CertificateName }: DomainNameConfiguration,
  type: EndpointType,
) {
  return type === 'EDGE'
    ? { certificateArn: CertificateArn, certificateName: CertificateName }
    : { regionalCertificateArn: CertificateArn, regionalCertificateName: CertificateName };
}

function described(kept: KeptDomainName): DomainName {
  const [type] = kept.endpointConfiguration?.types ?? [];
  const mode = Object.entries(MODES).find(([, each]) => each === kept.routingMode)?.[0];
  return {
    ApiMappingSelectionExpression: '$request.basepath',
    DomainName: kept.domainName,
    DomainNameArn: kept.domainNameArn,
    DomainNameConfigurations: [
      {
        ApiGatewayDomainName: kept.regionalDomainName ?? kept.distributionDomainName,
        CertificateArn: kept.regionalCertificateArn ?? kept.certificateArn,
        CertificateName: kept.regionalCertificateName ?? kept.certificateName,
        CertificateUploadDate: kept.certificateUploadDate,
        DomainNameStatus: kept.domainNameStatus as DomainNameConfiguration['DomainNameStatus'],
        EndpointType: type as EndpointType | undefined,
        IpAddressType: kept.endpointConfiguration?.ipAddressType,
        SecurityPolicy: kept.securityPolicy as DomainNameConfiguration['SecurityPolicy'],
        OwnershipVerificationCertificateArn: kept.ownershipVerificationCertificateArn,
      },
    ],
    RoutingMode: mode as RoutingMode | undefined,
    Tags: kept.tags ?? {},
  };
}
