/** What STS's operations work on. Nothing is stored: a token carries its session. */
import type { CredentialStore } from '../../auth/credentials.ts';
import type { Clock } from '../../environment/environment.ts';

export interface StsState {
  readonly credentials: CredentialStore;
  readonly clock: Clock;
}
