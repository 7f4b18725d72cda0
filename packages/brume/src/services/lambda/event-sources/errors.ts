/** Errors of event source mappings; texts as AWS's users quote them. */
import { AwsError } from '../../../model/aws-error.ts';
import { resourceNotFound } from '../errors.ts';

export function mappingNotFound(): AwsError {
  return resourceNotFound('The resource you requested does not exist.');
}

export function mappingInUse(verb: 'update' | 'delete'): AwsError {
  return new AwsError({
    code: 'ResourceInUseException',
    message: `Cannot ${verb} the event source mapping because it is in use.`,
    fields: { Type: 'User' },
  });
}
