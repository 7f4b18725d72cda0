/** What WebSocket connections may take: AWS's quotas, or wider ones for clients of one's own. */

export interface WebSocketLimits {
  readonly messageBytesMax: number;
  readonly frameBytesMax: number;
  /** Whether clients may send binary messages. */
  readonly takesBinary: boolean;
  readonly idleMs: number;
  readonly lifetimeMs: number;
  /** Of all WebSocket APIs of an account in a region. */
  readonly connectionsPerSecond: number;
}

const KIBIBYTE = 1024;
const MINUTE_MS = 60_000;

/**
 * Quotas, "WebSocket API": payload 128 KB, frame 32 KB, idle 10 minutes, connection 2 hours, 500 new
 * connections a second "per account (across all WebSocket APIs) per Region". Clients that
 * send binary are disconnected with 1003 (developer guide, "Working with binary media types").
 */
export const AWS_LIMITS: WebSocketLimits = {
  messageBytesMax: 128 * KIBIBYTE,
  frameBytesMax: 32 * KIBIBYTE,
  takesBinary: false,
  idleMs: 10 * MINUTE_MS,
  lifetimeMs: 120 * MINUTE_MS,
  connectionsPerSecond: 500,
};

/** A function takes 6 MB an event, and binary grows by a third in it. */
export const RELAXED_LIMITS: WebSocketLimits = {
  messageBytesMax: 4096 * KIBIBYTE,
  frameBytesMax: 4096 * KIBIBYTE,
  takesBinary: true,
  idleMs: Infinity,
  lifetimeMs: Infinity,
  connectionsPerSecond: Infinity,
};

/** Ours: messages of one client that wait for the one before; then it is not read from. */
export const QUEUED_MESSAGES_MAX = 16;
export const QUEUED_LENGTH_MAX = 1024 * KIBIBYTE;
/** Ours: what is sent to a client that does not read; then senders are told 429. */
export const UNSENT_BYTES_MAX = 1024 * KIBIBYTE;
/** Ours: frames that make a message. */
export const FRAGMENTS_MAX = 1024;
/** Ours: `$disconnect` integrations at one time; when a stage goes, all of its clients do. */
export const DISCONNECTS_MAX = 64;
/** Ours: how often connections are looked at that may be too old or too idle. */
export const SWEEP_MS = 1_000;
/** The developer guide's for REST and HTTP APIs; none is given for WebSocket APIs. */
export const AUTHORIZER_TIMEOUT_MS = 10_000;
/** Quotas: "WebSocket API: authorizer result 8 KB". */
export const AUTHORIZER_RESULT_BYTES_MAX = 8 * KIBIBYTE;
/** What an integration may answer that is sent on. */
export const ANSWER_BYTES_MAX = 10 * KIBIBYTE * KIBIBYTE;
