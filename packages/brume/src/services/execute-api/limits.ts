/** AWS's quotas for HTTP APIs (developer guide, "Quotas for configuring and running an HTTP API"). */
export const PAYLOAD_BYTES_MAX = 10 * 1024 * 1024;
/** Request line and headers together. */
export const HEADER_BYTES_MAX = 10_240;
export const AUTHORIZER_TIMEOUT_MS = 10_000;
/** "Timeout for reading the JWKS endpoint" and "maximum response size from it". */
export const JWKS_TIMEOUT_MS = 1_500;
export const JWKS_BYTES_MAX = 150_000;
/** "API Gateway can cache the public key for two hours." */
export const JWKS_CACHE_MS = 2 * 60 * 60 * 1000;
/** Ours: an unknown key id makes us ask the issuer again, but not more often. */
export const JWKS_RETRY_MS = 10_000;
/** A JSON path reads no more of a body (developer guide, "Parameter mapping"). */
export const JSON_PATH_BODY_BYTES_MAX = 100 * 1024;
/** Ours: answers of Lambda authorizers that are kept, for each authorizer of a stage. */
export const AUTHORIZER_CACHE_ENTRIES_MAX = 1_000;
/** Ours: how often a request may pass through gateways before it is taken for a loop. */
export const HOPS_MAX = 10;
