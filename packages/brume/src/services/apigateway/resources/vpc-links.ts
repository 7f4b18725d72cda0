/** VPC links. None can be created, since there are no private networks: whichever is asked for is not there. */
import { resourceNotFound } from '../errors.ts';

export function noVpcLink(): never {
  throw resourceNotFound('Vpc Link');
}
