/** What a request says of its signature, before anything of it is proven. */
export interface SignatureClaim {
  readonly algorithm: SignatureAlgorithm;
  readonly accessKeyId: string;
  /** `20130524`. */
  readonly scopeDate: string;
  /** Undefined for SigV4A, which signs for a set of regions. */
  readonly region: string | undefined;
  /** SigV4A: comma-separated regions, each possibly with `*`. */
  readonly regionSet: string | undefined;
  readonly service: string;
  readonly terminator: string;
  /** All after the key id: `20130524/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  /** Lower case, in the order of the claim. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hexadecimal; DER for SigV4A. */
  readonly signature: string;
  /** `20130524T000000Z`. */
  readonly requestTime: string;
  readonly requestTimeMs: number;
  /** Of a presigned URL that says so. */
  readonly expiresSeconds: number | undefined;
  readonly presigned: boolean;
  readonly sessionToken: string | undefined;
}

export type SignatureAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';

export function isSignatureAlgorithm(text: string): text is SignatureAlgorithm {
  return text === 'AWS4-HMAC-SHA256' || text === 'AWS4-ECDSA-P256-SHA256';
}

/** A part of the scope that is not what the request's address asks for. */
export interface ScopeDifference {
  readonly part: 'region' | 'service' | 'terminator' | 'date';
  readonly expected: string;
}

/** What was signed, as we understand it: shown to those whose signature does not match. */
export interface SigningProof {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}
