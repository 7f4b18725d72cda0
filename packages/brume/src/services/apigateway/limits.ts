/** AWS's quotas for REST APIs (developer guide, "Amazon API Gateway quotas"), and our own bounds. */
export const APIS_MAX = 600;
export const RESOURCES_MAX = 300;
export const STAGES_MAX = 10;
export const AUTHORIZERS_MAX = 10;
export const MODELS_MAX = 60;
export const DOCUMENTATION_PARTS_MAX = 2_000;
export const API_KEYS_MAX = 10_000;
export const USAGE_PLANS_MAX = 300;
export const DOMAIN_NAMES_MAX = 120;
export const CLIENT_CERTIFICATES_MAX = 60;
export const VPC_LINKS_MAX = 20;
export const BASE_PATH_MAPPINGS_MAX = 200;
/** Ours: AWS documents no numbers for these, and everything that is kept has a bound. */
export const DOMAIN_ASSOCIATIONS_MAX = 100;
export const REQUEST_VALIDATORS_MAX = 100;
export const DEPLOYMENTS_MAX = 300;
export const DOCUMENTATION_VERSIONS_MAX = 100;
/** API reference, `GetUsage`: the last 90 days can be asked for. */
export const USAGE_DAYS_MAX = 90;
export const USAGE_PLAN_KEYS_MAX = 10_000;
export const PATCH_OPERATIONS_MAX = 1_000;
/** Ours: an API with all that belongs to it, or one resource of an account, as JSON. */
export const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;

/** Recorded 2025-07. */
export const API_KEY_VALUE_LENGTH_MIN = 20;
export const API_KEY_VALUE_LENGTH_MAX = 128;
export const API_KEY_NAME_LENGTH_MAX = 1_024;
/** Recorded 2025-07: 125,001 characters are refused. */
export const API_KEY_DESCRIPTION_LENGTH_MAX = 125_000;

export const COMPRESSION_BYTES_MAX = 10_485_760;
export const INTEGRATION_TIMEOUT_DEFAULT_MS = 29_000;
export const INTEGRATION_TIMEOUT_MIN_MS = 50;
/** Regional APIs may ask AWS for more than 29 s, up to 5 minutes. */
export const INTEGRATION_TIMEOUT_MAX_MS = 300_000;
export const AUTHORIZER_TTL_SECONDS_MAX = 3_600;

/** API reference, `limit`: "The default value is 25 and the maximum value is 500". */
export const PAGE_SIZE_DEFAULT = 25;
export const PAGE_SIZE_MAX = 500;
