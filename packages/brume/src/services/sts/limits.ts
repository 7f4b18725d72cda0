/** Quotas of STS, from its API reference (2026-11) where nothing else is said. */

/** AssumeRole, and what chained roles may have at most. */
export const ROLE_SESSION_SECONDS = 3600;
/** GetSessionToken and GetFederationToken for users: 12 hours. */
export const USER_SESSION_SECONDS = 43_200;
/** "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds". */
export const OWNER_SESSION_SECONDS_MAX = 3600;

/** "The plaintext that you use for both inline and managed session policies can't exceed 2,048". */
export const SESSION_POLICY_CHARACTERS_MAX = 2048;
/** "You can provide up to 10 managed policy ARNs." */
export const POLICY_ARNS_MAX = 10;
/** Policies and tags together, packed. AWS keeps its packed form to itself: ours is deflated JSON. */
export const PACKED_SESSION_BYTES_MAX = 2048;
