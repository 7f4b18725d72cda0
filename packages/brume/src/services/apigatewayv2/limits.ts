/** AWS's quotas for HTTP APIs (developer guide, "Amazon API Gateway quotas"), and our own bounds. */
export const ROUTES_MAX = 300;
export const INTEGRATIONS_MAX = 300;
export const STAGES_MAX = 10;
export const AUTHORIZERS_MAX = 10;
/** Ours: AWS documents no number for the deployments that it keeps. */
export const DEPLOYMENTS_MAX = 300;
export const TAGS_MAX = 50;
export const STAGE_VARIABLES_MAX = 100;
export const STAGE_VARIABLE_NAME_LENGTH_MAX = 64;
export const STAGE_VARIABLE_VALUE_LENGTH_MAX = 512;

export const INTEGRATION_TIMEOUT_DEFAULT_MS = 30_000;
export const INTEGRATION_TIMEOUT_MIN_MS = 50;
export const INTEGRATION_TIMEOUT_MAX_MS = 30_000;

/** Ours: AWS does not say how many items a page of a list has at most. */
export const PAGE_SIZE_DEFAULT = 100;
export const PAGE_SIZE_MAX = 500;
