/** How long identifiers are, by kind of resource. */
export const API_ID_LENGTH = 10;
export const ROUTE_ID_LENGTH = 7;
export const INTEGRATION_ID_LENGTH = 7;
export const AUTHORIZER_ID_LENGTH = 6;
export const MODEL_ID_LENGTH = 6;
export const DEPLOYMENT_ID_LENGTH = 6;
export const API_MAPPING_ID_LENGTH = 6;
export const ROUTING_RULE_ID_LENGTH = 6;
export const VPC_LINK_ID_LENGTH = 6;
/** API reference: 10 to 30 letters and digits; 10 in AWS's examples. */
export const PORTAL_ID_LENGTH = 10;
export const PREVIEW_TOKEN_LENGTH = 32;
