/** The conditions on which a request is refused; each family of services has its own words for them. */
import type { AwsError } from '../model/aws-error.ts';
import type { ScopeDifference, SignatureClaim, SigningProof } from './signature-claim.ts';

export interface Refusals {
  /** Largest difference between the client's clock and ours. */
  readonly skewMaxMs: number;
  /** Whether a presigned URL must say how long it is valid. */
  readonly expiryRequired: boolean;
  missingToken(): AwsError;
  headerAndQuery(): AwsError;
  incompleteHeader(missing: readonly string[], authorization: string): AwsError;
  incompleteQuery(missing: readonly string[]): AwsError;
  unsupportedAlgorithm(algorithm: string): AwsError;
  malformedDate(text: string): AwsError;
  malformedCredential(credential: string, presigned: boolean): AwsError;
  malformedExpiry(text: string): AwsError;
  unsignedHeaders(names: readonly string[]): AwsError;
  wrongScope(claim: SignatureClaim, differences: readonly ScopeDifference[]): AwsError;
  expired(claim: SignatureClaim, nowMs: number): AwsError;
  notYetValid(claim: SignatureClaim, nowMs: number): AwsError;
  unknownKey(claim: SignatureClaim): AwsError;
  expiredToken(): AwsError;
  mismatch(claim: SignatureClaim, proof: SigningProof): AwsError;
  /** The body is not the one whose hash was signed. */
  contentMismatch(claimed: string, computed: string): AwsError;
}
