/**
 * Signatures inside a streamed body: each chunk is signed over its data and the signature before it,
 * the first over the request's own; a trailer likewise.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { ChunkVerifier } from '../http/aws-chunked.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { EMPTY_SHA256 } from './sigv4.ts';

/** Whether a signature (hexadecimal) signs a text under the request's key. */
export type SignatureCheck = (text: string, signature: string) => boolean;

type Signed = Pick<SignatureClaim, 'algorithm' | 'requestTime' | 'scope' | 'signature'>;

export class ChunkSignatures implements ChunkVerifier {
  readonly #claim: Signed;
  readonly #isSigned: SignatureCheck;
  #previous: string;
  #hash: Hash = createHash('sha256');

  constructor(claim: Signed, isSigned: SignatureCheck) {
    this.#claim = claim;
    this.#isSigned = isSigned;
    this.#previous = claim.signature;
  }

  data(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  endChunk(signature: string): boolean {
    const digest = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    return this.#check('PAYLOAD', `${EMPTY_SHA256}\n${digest}`, signature);
  }

  endTrailer(lines: string, signature: string): boolean {
    const digest = createHash('sha256').update(lines, 'latin1').digest('hex');
    return this.#check('TRAILER', digest, signature);
  }

  #check(kind: 'PAYLOAD' | 'TRAILER', digests: string, signature: string): boolean {
    const { algorithm, requestTime, scope } = this.#claim;
    // SigV4A's signatures differ in length, and are filled up with `*` to be of one.
    const bare = signature.replace(/\*+$/, '');
    const head = `${algorithm}-${kind}\n${requestTime}\n${scope}\n${this.#previous}`;
    this.#previous = bare;
    return this.#isSigned(`${head}\n${digests}`, bare);
  }
}
