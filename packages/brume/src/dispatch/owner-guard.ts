/** Keeps what changes a running Brume to its owner, where signatures are enforced. */
import type { Authenticator } from '../auth/authenticate.ts';
import { credentialScope } from '../auth/credential-scope.ts';
import type { HttpRequest } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';

/** Throws for requests that are not signed, as for a service `brume`, by the key with that id. */
export function refuseOthers(
  request: HttpRequest,
  body: Buffer,
  authenticator: Authenticator,
  ownerKeyId: string,
): void {
  const region = credentialScope(request)?.region ?? 'us-east-1';
  const target = { service: 'brume', region, protocol: 'rest-json', body } as const;
  const { caller } = authenticator.authenticate(request, target);
  if (caller.accessKeyId === ownerKeyId) return;
  throw new AwsError({
    code: 'AccessDeniedException',
    status: 403,
    message: 'Only the root credentials of this Brume may change this.',
  });
}
