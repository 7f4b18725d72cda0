/** Security Token Service: who one is, and temporary credentials. */
import type { CredentialStore } from '../../auth/credentials.ts';
import type { Environment } from '../../environment/environment.ts';
import { sts } from '../../model/generated/sts.ts';
import type { StsOperations } from '../../model/generated/sts.types.ts';
import type { Logger } from '../../telemetry/log.ts';
import { defineService, unsupported } from '../service.ts';
import type { Service } from '../service.ts';
import { assumeRole } from './operations/assume-role.ts';
import { getAccessKeyInfo } from './operations/get-access-key-info.ts';
import { getCallerIdentity } from './operations/get-caller-identity.ts';
import { getFederationToken } from './operations/get-federation-token.ts';
import { getSessionToken } from './operations/get-session-token.ts';
import type { StsState } from './state.ts';

export function createSts(dependencies: {
  readonly credentials: CredentialStore;
  readonly environment: Environment;
  readonly log: Logger;
}): Service {
  const { credentials, environment } = dependencies;
  return defineService<StsState, StsOperations>({
    model: sts,
    state: { credentials, clock: environment.clock },
    operations: {
      AssumeRole: assumeRole,
      AssumeRoleWithSAML: unsupported('there are no SAML providers'),
      AssumeRoleWithWebIdentity: unsupported('there are no OpenID Connect providers'),
      AssumeRoot: unsupported('there is no organization with member accounts'),
      DecodeAuthorizationMessage: unsupported('authorization failures are not encoded'),
      GetAccessKeyInfo: getAccessKeyInfo,
      GetCallerIdentity: getCallerIdentity,
      GetDelegatedAccessToken: unsupported('there are no delegation requests'),
      GetFederationToken: getFederationToken,
      GetSessionToken: getSessionToken,
      GetWebIdentityToken: unsupported('outbound web identity federation is not there'),
    },
  });
}
