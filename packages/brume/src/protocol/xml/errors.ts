/** The error for XML that cannot be read as the operation's input. */
import { AwsError } from '../../model/aws-error.ts';

/** S3's text, which it sends for every fault of a body (recorded 2024). */
export function malformedXml(): AwsError {
  return new AwsError({
    code: 'MalformedXML',
    status: 400,
    message:
      'The XML you provided was not well-formed or did not validate against our published schema',
  });
}
