/**
 * What `Update…` may change of each resource: paths, operations and types (AWS's API reference, "Patch
 * operations", 2026; recorded answers where a test names them).
 */
import { COMPRESSION_BYTES_MAX } from '../limits.ts';
import type { PatchRule, PatchTable, ValueType } from './patch.ts';
import { byList, byOperation, byPath } from './refusals.ts';

type Extra = Omit<PatchRule, 'ops' | 'type'>;

/** Set by `replace` alone. */
function replaced(type: ValueType = 'text', extra: Extra = {}): PatchRule {
  return { ops: ['replace'], type, ...extra };
}

/** Set, and never taken away by itself. */
function added(type: ValueType = 'text'): PatchRule {
  return { ops: ['add', 'replace'], type };
}

/** Set and taken away. */
function optional(type: ValueType = 'text', extra: Extra = {}): PatchRule {
  return { ops: ['add', 'replace', 'remove'], type, ...extra };
}

const NO_PARAMETER = { missing: 'Invalid parameter name specified' };
/** As LocalStack recorded it for method responses (2025-06). */
const NO_CONTENT_TYPE = { missing: 'Content-Type specified was not found' };
const ENDPOINT_TYPES = optional('sole', {
  members: ['endpointConfiguration', 'types'],
  otherOp: "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
});

export const restApiPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/name': replaced(),
    '/description': optional(),
    '/version': optional(),
    '/policy': optional(),
    '/apiKeySource': replaced(),
    '/disableExecuteApiEndpoint': replaced('flag'),
    '/minimumCompressionSize': replaced('integer', {
      invalid: `Invalid minimum compression size, must be between 0 and ${COMPRESSION_BYTES_MAX}`,
    }),
    '/binaryMediaTypes/{type}': optional('names'),
    '/securityPolicy': replaced(),
    '/endpointAccessMode': replaced(),
    '/endpointConfiguration/ipAddressType': replaced(),
    '/endpointConfiguration/vpcEndpointIds': optional('values'),
    '/endpointConfiguration/types': ENDPOINT_TYPES,
    '/endpointConfiguration/types/{type}': ENDPOINT_TYPES,
  },
};

export const resourcePatch: PatchTable = {
  refuse: byList,
  rules: { '/parentId': replaced(), '/pathPart': replaced() },
};

export const methodPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/apiKeyRequired': replaced('flag'),
    '/authorizationType': replaced(),
    '/authorizerId': replaced(),
    '/operationName': replaced(),
    '/requestValidatorId': replaced(),
    '/authorizationScopes': optional('values'),
    '/requestParameters/{name}': optional('flag-map', NO_PARAMETER),
    '/requestModels/{type}': optional('text-map', NO_CONTENT_TYPE),
  },
};

export const methodResponsePatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/responseParameters/{name}': optional('flag-map', NO_PARAMETER),
    '/responseModels/{type}': optional('text-map', NO_CONTENT_TYPE),
  },
};

export const integrationPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/httpMethod': replaced(),
    '/uri': replaced(),
    '/credentials': optional(),
    '/passthroughBehavior': replaced(),
    '/contentHandling': optional(),
    '/connectionType': replaced(),
    '/connectionId': replaced(),
    '/timeoutInMillis': replaced('integer'),
    '/cacheNamespace': replaced(),
    '/cacheKeyParameters/{name}': optional('names'),
    '/requestParameters/{name}': optional('text-map', NO_PARAMETER),
    '/requestTemplates/{type}': optional('text-map'),
    '/tlsConfig/insecureSkipVerification': replaced('flag'),
    '/responseTransferMode': replaced(),
    '/integrationTarget': replaced(),
  },
};

export const integrationResponsePatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/selectionPattern': replaced('text-or-empty'),
    '/contentHandling': optional(),
    '/responseParameters/{name}': optional('text-map', NO_PARAMETER),
    '/responseTemplates/{type}': optional('text-map'),
  },
};

export const modelPatch: PatchTable = {
  refuse: byList,
  rules: { '/description': replaced(), '/schema': replaced() },
};

export const requestValidatorPatch: PatchTable = {
  refuse: byList,
  rules: {
    '/name': replaced(),
    '/validateRequestParameters': replaced('flag'),
    '/validateRequestBody': replaced('flag'),
  },
};

export const gatewayResponsePatch: PatchTable = {
  refuse: byPath,
  rules: {
    '/statusCode': replaced(),
    '/responseParameters/{name}': optional('text-map', NO_PARAMETER),
    '/responseTemplates/{type}': optional('text-map', NO_PARAMETER),
  },
};

export const authorizerPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/name': replaced(),
    '/type': replaced(),
    '/authType': replaced(),
    '/authorizerUri': replaced(),
    '/authorizerCredentials': replaced(),
    '/identitySource': replaced(),
    '/identityValidationExpression': replaced(),
    '/authorizerResultTtlInSeconds': replaced('integer'),
    '/providerARNs': { ops: ['add', 'remove'], type: 'values' },
  },
};

export const descriptionPatch: PatchTable = {
  refuse: byList,
  rules: { '/description': replaced() },
};

export const documentationPartPatch: PatchTable = {
  refuse: byList,
  rules: { '/properties': replaced() },
};

export const apiKeyPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/name': replaced(),
    '/description': replaced(),
    '/enabled': replaced('flag'),
    '/customerId': replaced(),
    '/stages': { ops: ['add', 'remove'], type: 'values', members: ['stageKeys'] },
  },
};

/** What may be removed is seen from AWS, its order and AWS's own slip too (boto3#2629, 2020-10). */
export const usagePlanPatch: PatchTable = {
  refuse: byList,
  rules: {
    '/name': replaced(),
    '/description': added(),
    // Those of stages are no matter of a table: `resources/usage-plans.ts`.
    '/apiStages': { ops: ['add', 'remove'], type: 'values' },
    '/quota': { ops: ['remove'], type: 'text' },
    '/throttle': { ops: ['remove'], type: 'text' },
    '/productCode': optional(),
    '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>': optional(),
    '/apiStages/<apidId:stageName>/throttle': { ops: ['remove'], type: 'text' },
    '/throttle/rateLimit': added('number'),
    '/throttle/burstLimit': added('integer'),
    '/quota/limit': added('integer'),
    '/quota/offset': added('integer'),
    '/quota/period': added(),
  },
};

export const vpcLinkPatch: PatchTable = {
  refuse: byOperation,
  rules: { '/name': replaced(), '/description': replaced() },
};

/** Refused by a list, empty for what nothing can be done by (boto3#2504, 2020-07). */
export const usagePatch: PatchTable = {
  refuse: byList,
  rules: { '/remaining': replaced('integer') },
};

export const accountPatch: PatchTable = {
  refuse: byOperation,
  rules: { '/cloudwatchRoleArn': replaced() },
};

export const domainNamePatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/certificateName': replaced(),
    '/certificateArn': replaced(),
    '/regionalCertificateName': replaced(),
    '/regionalCertificateArn': replaced(),
    '/ownershipVerificationCertificateArn': replaced(),
    '/securityPolicy': replaced(),
    '/endpointAccessMode': replaced(),
    '/routingMode': replaced(),
    '/policy': replaced(),
    '/managementPolicy': replaced(),
    '/mutualTlsAuthentication/truststoreUri': replaced(),
    '/mutualTlsAuthentication/truststoreVersion': replaced(),
    '/endpointConfiguration/types/{type}': replaced('sole', {
      members: ['endpointConfiguration', 'types'],
    }),
    '/endpointConfiguration/ipAddressType': replaced(),
  },
};

export const basePathMappingPatch: PatchTable = {
  refuse: byOperation,
  rules: {
    '/basePath': replaced(),
    '/stage': replaced(),
    '/restapiId': replaced('text', { members: ['restApiId'] }),
    '/restApiId': replaced(),
  },
};
