/** AWS's quotas for serving REST APIs (developer guide, "Amazon API Gateway quotas"), and our own bounds. */
export const INTEGRATION_TIMEOUT_DEFAULT_MS = 29_000;
/** "Response payload size … for caching: 1,048,576 bytes". */
export const CACHED_BYTES_MAX = 1_048_576;
/** Ours: a response cache, whatever size its cluster has on AWS. */
export const CACHE_BYTES_MAX = 64 * 1024 * 1024;
/** "By default, the TTL is 300 seconds" (API reference, `authorizerResultTtlInSeconds`). */
export const AUTHORIZER_TTL_DEFAULT_SECONDS = 300;
/** "The default TTL value for API caching is 300 seconds." */
export const CACHE_TTL_DEFAULT_SECONDS = 300;
/** "The metadata … within the first 16 KB"; "Idle timeout: 5 minutes" (response streaming, 2025-11). */
export const STREAM_METADATA_BYTES_MAX = 16 * 1024;
export const STREAM_IDLE_MS = 5 * 60 * 1000;
