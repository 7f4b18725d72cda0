/**
 * Associations of VPC endpoints with private domain names: without one nobody calls the domain through an
 * endpoint. They are kept with the domain, whose account is theirs, too.
 */
import type {
  CreateDomainNameAccessAssociationRequest,
  DeleteDomainNameAccessAssociationRequest,
  DomainNameAccessAssociation,
  DomainNameAccessAssociations,
  GetDomainNameAccessAssociationsRequest,
  RejectDomainNameAccessAssociationRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict, notSupported } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { domainKey } from '../domain-name.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { DOMAIN_ASSOCIATIONS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { KeptAssociation } from '../port.ts';
import type { RestState } from '../state.ts';

const DOMAIN_ARN = /^arn:aws:apigateway:([\w-]+):(\d{12}):\/domainnames\/([^+/]+)\+(\w+)$/;
/** By the AWS CLI's examples (2024): `…:/domainnameaccessassociations/domainname/{name}+{id}/vpcesource/{vpce}`. */
const ARN =
  /^arn:aws:apigateway:([\w-]+):(\d{12}):\/domainnameaccessassociations\/domainname\/([^/]+)\/vpcesource\/([^/]+)$/;
const ENDPOINT_ID = /^vpce-[0-9a-z]+$/;

export async function createDomainNameAccessAssociation(
  state: RestState,
  input: CreateDomainNameAccessAssociationRequest,
  context: RequestContext,
): Promise<DomainNameAccessAssociation> {
  const { domainNameArn, accessAssociationSource: source, accessAssociationSourceType } = input;
  const [, region, accountId, name = '', id] = DOMAIN_ARN.exec(domainNameArn) ?? [];
  if (region !== context.region) throw badRequest('Invalid domain name ARN specified');
  if (accountId !== context.accountId) {
    throw notSupported('access to private domain names of other accounts');
  }
  if (!ENDPOINT_ID.test(source)) throw badRequest('Invalid VPC endpoint id specified');
  const key = domainKey(name, id);
  await refuseAmbiguous(state, context, { name, key, source });
  const arn = `arn:aws:apigateway:${region}:${accountId}:/domainnameaccessassociations`;
  const association: KeptAssociation = {
    domainNameAccessAssociationArn: `${arn}/domainname/${key}/vpcesource/${source}`,
    domainNameArn,
    accessAssociationSourceType,
    accessAssociationSource: source,
    tags: validTags(input.tags),
  };
  return state.domainNames.update(context, key, (domain) => {
    const others = domain.associations ?? [];
    if (others.some((each) => each.accessAssociationSource === source)) throw alreadyThere();
    if (others.length >= DOMAIN_ASSOCIATIONS_MAX) {
      throw limitReached('domain name access associations', DOMAIN_ASSOCIATIONS_MAX);
    }
    domain.associations = [...others, association];
    return association;
  });
}

/** "You can't invoke private custom domain names with the same name from the same VPC endpoint." */
async function refuseAmbiguous(
  { domainNames }: RestState,
  context: RequestContext,
  { name, key, source }: { readonly name: string; readonly key: string; readonly source: string },
): Promise<void> {
  for (const { domainName, domainNameId, associations = [] } of await domainNames.list(context)) {
    const isAlike = domainName === name && domainKey(domainName, domainNameId) !== key;
    if (isAlike && associations.some((each) => each.accessAssociationSource === source)) {
      throw alreadyThere();
    }
  }
}

/** Wording unverified. */
function alreadyThere() {
  return conflict('The VPC endpoint is associated with a domain name of this name already');
}

/** Those with other accounts' endpoints are none. */
export async function getDomainNameAccessAssociations(
  { domainNames }: RestState,
  input: GetDomainNameAccessAssociationsRequest,
  context: RequestContext,
): Promise<DomainNameAccessAssociations> {
  const domains = input.resourceOwner === 'OTHER_ACCOUNTS' ? [] : await domainNames.list(context);
  const associations = domains.flatMap((domain) => domain.associations ?? []);
  return pageOf(associations, input, (each) => each.domainNameAccessAssociationArn);
}

export async function deleteDomainNameAccessAssociation(
  state: RestState,
  { domainNameAccessAssociationArn }: DeleteDomainNameAccessAssociationRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  return remove(state, domainNameAccessAssociationArn, context);
}

/** What the owner of a domain name does to others' associations; here they are all the owner's. */
export async function rejectDomainNameAccessAssociation(
  state: RestState,
  { domainNameAccessAssociationArn, domainNameArn }: RejectDomainNameAccessAssociationRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  return remove(state, domainNameAccessAssociationArn, context, domainNameArn);
}

async function remove(
  { domainNames }: RestState,
  arn: string,
  context: RequestContext,
  domainNameArn?: string,
): Promise<Record<string, never>> {
  const [, region, accountId, key = ''] = ARN.exec(arn) ?? [];
  const missing = () => resourceNotFound('domain name access association');
  if (region !== context.region || accountId !== context.accountId) throw missing();
  if (!(await domainNames.find(context, key))) throw missing();
  await domainNames.update(context, key, (domain) => {
    const before = domain.associations ?? [];
    const isOther = domainNameArn !== undefined && domainNameArn !== domain.domainNameArn;
    const left = before.filter((each) => each.domainNameAccessAssociationArn !== arn);
    if (isOther || left.length === before.length) throw missing();
    domain.associations = left;
  });
  return {};
}
