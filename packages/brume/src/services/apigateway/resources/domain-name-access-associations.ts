/** Associations of VPC endpoints with private domain names. There are none of either: whichever is asked for is not there. */
import type { DomainNameAccessAssociations } from '../../../model/generated/apigateway.types.ts';
import { resourceNotFound } from '../errors.ts';

export function getDomainNameAccessAssociations(): DomainNameAccessAssociations {
  return { items: [] };
}

export function noAssociation(): never {
  throw resourceNotFound('domain name access association');
}
