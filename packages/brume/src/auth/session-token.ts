/**
 * Session tokens that carry their session: sealed with AES-256-GCM under a key of this installation,
 * so that nothing is stored when one is issued, and any process with the same key can honour it.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Random } from '../environment/environment.ts';

/** Who a session acts as, until when, and what narrows it. */
export interface Session {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly principalArn: string;
  readonly userId: string;
  readonly expiresAtMs: number;
  /** Session policy documents, as given. */
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  readonly tags?: readonly SessionTag[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly externalId?: string;
  /** ARN of the principal that made the session. */
  readonly issuedTo?: string;
}

interface SessionTag {
  readonly Key: string;
  readonly Value: string;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Larger than any token issued (limits of tags and policies together); longer ones are not read. */
const TOKEN_CHARACTERS_MAX = 64 * 1024;
const SECRET_CHARACTERS = 40;

export class SessionTokens {
  readonly #sealingKey: KeyObject;
  readonly #secretKey: KeyObject;
  readonly #random: Random;

  constructor(key: Uint8Array, random: Random) {
    this.#sealingKey = deriveKey(key, 'seal');
    this.#secretKey = deriveKey(key, 'secret');
    this.#random = random;
  }

  seal(session: Session): string {
    const iv = this.#random.bytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealingKey, iv);
    cipher.setAAD(Buffer.of(VERSION));
    const sealed = [cipher.update(JSON.stringify(session), 'utf8'), cipher.final()];
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), ...sealed]).toString(
      'base64',
    );
  }

  /** The session that a token carries; undefined when the token was not issued here. */
  open(token: string): Session | undefined {
    if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
    const bytes = Buffer.from(token, 'base64');
    // Decoding overlooks what is no base64: a session must not have more than one token.
    return bytes.toString('base64') === token ? this.#unseal(bytes) : undefined;
  }

  /** The secret of a session key follows from its id: it need not be carried. */
  secretOf(accessKeyId: string): string {
    const digest = createHmac('sha256', this.#secretKey).update(accessKeyId).digest('base64');
    return digest.slice(0, SECRET_CHARACTERS);
  }

  #unseal(bytes: Buffer): Session | undefined {
    if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined;
    const iv = bytes.subarray(1, 1 + IV_BYTES);
    const tag = bytes.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#sealingKey, iv, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(bytes.subarray(0, 1)).setAuthTag(tag);
    try {
      const text = [decipher.update(bytes.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()];
      return JSON.parse(Buffer.concat(text).toString('utf8')) as Session;
    } catch {
      // The tag does not fit: forged, damaged, or of another installation.
      return undefined;
    }
  }
}

function deriveKey(key: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(purpose).digest());
}
