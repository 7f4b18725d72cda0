/** AWS's quotas for HTTP APIs (developer guide, "Amazon API Gateway quotas"), and our own bounds. */
export const ROUTES_MAX = 300;
export const INTEGRATIONS_MAX = 300;
export const STAGES_MAX = 10;
export const AUTHORIZERS_MAX = 10;
export const AUDIENCES_MAX = 50;
export const SCOPES_MAX = 10;
/** API mappings and routing rules of a domain name. */
export const API_MAPPINGS_MAX = 200;
export const ROUTING_RULES_MAX = 50;
export const VPC_LINKS_MAX = 10;
/** API reference, `RoutingRulePriority`, and the parts of a rule. */
export const RULE_PRIORITY_MAX = 1_000_000;
export const RULE_CONDITIONS_MAX = 3;
export const RULE_ALTERNATIVES_MAX = 10;
/** Ours: AWS documents no numbers for these, and everything that is kept has a bound. */
export const IDENTITY_SOURCES_MAX = 20;
export const MAPPINGS_MAX = 100;
export const CORS_LIST_MAX = 100;
export const ROUTE_KEY_LENGTH_MAX = 2_048;
export const INTEGRATION_RESPONSES_MAX = 100;
export const TEMPLATES_MAX = 20;
/** AWS: "Mapping template … 300 KB"; and of models 400 KB, here for each (quotas of REST APIs). */
export const TEMPLATE_LENGTH_MAX = 300 * 1024;
export const SCHEMA_LENGTH_MAX = 400 * 1024;
export const MODELS_MAX = 100;
/** Ours: AWS documents no number for the deployments that it keeps. */
export const DEPLOYMENTS_MAX = 300;
export const STAGE_VARIABLES_MAX = 100;
export const STAGE_VARIABLE_NAME_LENGTH_MAX = 64;
export const STAGE_VARIABLE_VALUE_LENGTH_MAX = 512;
/** Quotas: "Access log template size: 3 KB" (HTTP and WebSocket APIs). */
export const ACCESS_LOG_FORMAT_BYTES_MAX = 3 * 1024;

export const INTEGRATION_TIMEOUT_DEFAULT_MS = 30_000;
export const INTEGRATION_TIMEOUT_MIN_MS = 50;
export const INTEGRATION_TIMEOUT_MAX_MS = 30_000;

/** Developer guide, "Quotas for configuring portals in API Gateway" (2026-11). */
export const PORTALS_MAX = 15;
export const PORTAL_PRODUCTS_MAX = 500;
export const PRODUCTS_OF_PORTAL_MAX = 200;
export const PAGES_OF_PRODUCT_MAX = 40;
/** Ours: no quota of AWS's bounds these. */
export const PRODUCT_SECTIONS_MAX = 100;
export const PORTAL_SITE_BYTES_MAX = 4 * 1024 * 1024;
/** Ours: AWS says that the address of a preview is "short-lived". */
export const PREVIEW_LIFETIME_MS = 60 * 60 * 1000;

/** Ours: AWS does not say how many items a page of a list has at most. */
export const PAGE_SIZE_DEFAULT = 100;
export const PAGE_SIZE_MAX = 500;
