/** What a format of access logs may be, in both versions. */
import { badRequest } from './errors.ts';

/** Seen from AWS (ministryofjustice/cloud-platform-environments#12962, 2023-05). */
export function validateAccessLogFormat(format = ''): void {
  if (/[\r\n]/.test(format.trimEnd())) {
    throw badRequest(
      'Access Log format must be single line, new line character is allowed only at end of the format',
    );
  }
}
