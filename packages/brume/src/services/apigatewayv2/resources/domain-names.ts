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
import type { DomainNamesPort, KeptDomainName, KeptTruststore } from '../../apigateway/port.ts';
import { badRequest } from '../../gateway/errors.ts';
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
      mutualTlsAuthentication: input.MutualTlsAuthentication && {
        truststoreUri: input.MutualTlsAuthentication.TruststoreUri,
        truststoreVersion: input.MutualTlsAuthentication.TruststoreVersion,
      },
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
  // Private ones are the first version's alone.
  const shown = kept.filter(({ domainNameId }) => domainNameId === undefined);
  return pageOf(shown.map(described), input, (each) => each.DomainName);
}

export async function updateDomainName(
  { domainNames }: GatewayState,
  input: UpdateDomainNameRequest,
  context: RequestContext,
): Promise<DomainName> {
  const port = await domainNames();
  const { DomainNameConfigurations: given, RoutingMode: mode, DomainName: name } = input;
  const configuration = given && soleConfiguration(given);
  const truststore = await changedTruststore(port, input, context);
  return port.update(context, name, (kept) => {
    if (mode) kept.routingMode = MODES[mode];
    if (configuration) change(kept, configuration);
    Object.assign(kept, truststore);
    port.validate(kept);
    return described(kept);
  });
}

/** An empty address turns mutual TLS off; a version alone is one of the truststore that is there. */
async function changedTruststore(
  port: DomainNamesPort,
  { DomainName: name, MutualTlsAuthentication: given }: UpdateDomainNameRequest,
  context: RequestContext,
): Promise<KeptTruststore> {
  if (!given) return {};
  const { mutualTlsAuthentication: before } = await port.get(context, name);
  const { TruststoreUri: truststoreUri = before?.truststoreUri } = given;
  const read = await port.readTruststore({
    truststoreUri,
    truststoreVersion: given.TruststoreVersion,
  });
  return read ?? { mutualTlsAuthentication: undefined, truststore: undefined };
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
    MutualTlsAuthentication: kept.mutualTlsAuthentication && {
      TruststoreUri: kept.mutualTlsAuthentication.truststoreUri,
      TruststoreVersion: kept.mutualTlsAuthentication.truststoreVersion,
      TruststoreWarnings: kept.mutualTlsAuthentication.truststoreWarnings,
    },
    RoutingMode: mode as RoutingMode | undefined,
    Tags: kept.tags ?? {},
  };
}
