/** "20 KB", of which AWS counts white space too (API Reference, PutResourcePolicy). */
export const POLICY_BYTES_MAX = 20 * 1024;
