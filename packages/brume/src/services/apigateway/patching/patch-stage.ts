/** What `UpdateStage` changes: settings, those of methods, variables, and the canary with its promotion. */
import type { AwsError } from '../../../model/aws-error.ts';
import type { MethodSetting, PatchOperation } from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { StoredStage } from '../rest-api-document.ts';
import { applyPatch, mapFrom, segmentsOf } from './patch.ts';
import type { PatchTable, ValueType } from './patch.ts';

/** Recorded 2024-03 as it stands, with what AWS forgot to part. */
const PATHS =
  '[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]';

const set = (type: ValueType = 'text') => ({ ops: ['add', 'replace'] as const, type });
const change = (type: ValueType = 'text') => ({ ops: ['add', 'replace', 'remove'] as const, type });
const replaced = (type: ValueType = 'text') => ({ ops: ['replace'] as const, type });

const stagePatch: PatchTable = {
  refuse,
  rules: {
    '/deploymentId': replaced(),
    '/description': change(),
    '/cacheClusterEnabled': set('flag'),
    '/cacheClusterSize': set(),
    '/clientCertificateId': change(),
    '/documentationVersion': change(),
    '/tracingEnabled': set('flag'),
    '/variables/{variable_name}': change('text-map'),
    '/accessLogSettings': { ops: ['remove'], type: 'text' },
    '/accessLogSettings/destinationArn': change(),
    '/accessLogSettings/format': change(),
    '/canarySettings': { ops: ['remove'], type: 'text' },
    '/canarySettings/deploymentId': replaced(),
    '/canarySettings/percentTraffic': replaced('number'),
    '/canarySettings/useStageCache': replaced('flag'),
    // Both are in the developer guide, "Update a canary release".
    '/canarySettings/stageVariableOverrides/{variable_name}': {
      ops: ['replace', 'remove'],
      type: 'text-map',
    },
  },
};

/** Seen from AWS where the path is a method's (aws-sdk-java#1823, 2018-12). */
const METHOD_PATHS =
  '[.../metrics/enabled, .../logging/dataTrace, .../logging/loglevel,.../throttling/burstLimit, .../throttling/rateLimit, .../caching/ttlInSeconds, .../caching/enabled, .../caching/dataEncrypted, .../caching/requireAuthorizationForCacheControl, .../caching/unauthorizedCacheControlHeaderStrategy]';

function refuse({ path }: PatchOperation): AwsError {
  const [, , area, setting, ...more] = segmentsOf(path);
  if (setting !== undefined && more.length === 0) {
    return badRequest(
      `Invalid method setting path: ${area}/${setting}. Must be one of: ${METHOD_PATHS}`,
    );
  }
  return badRequest(`Invalid method setting path: ${path ?? 'null'}. Must be one of: ${PATHS}`);
}

/** Recorded 2024-03: what a method has once anything is said of it. */
const METHOD_DEFAULTS: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5_000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

/** Where a method's settings stand in a patch: `/{resourcePath}/{httpMethod}/{area}/{setting}`. */
const METHOD_MEMBERS: Readonly<Record<string, readonly [keyof MethodSetting, ValueType]>> = {
  'metrics/enabled': ['metricsEnabled', 'flag'],
  'logging/dataTrace': ['dataTraceEnabled', 'flag'],
  'logging/loglevel': ['loggingLevel', 'text'],
  'throttling/burstLimit': ['throttlingBurstLimit', 'integer'],
  'throttling/rateLimit': ['throttlingRateLimit', 'number'],
  'caching/enabled': ['cachingEnabled', 'flag'],
  'caching/ttlInSeconds': ['cacheTtlInSeconds', 'integer'],
  'caching/dataEncrypted': ['cacheDataEncrypted', 'flag'],
  'caching/requireAuthorizationForCacheControl': ['requireAuthorizationForCacheControl', 'flag'],
  'caching/unauthorizedCacheControlHeaderStrategy': [
    'unauthorizedCacheControlHeaderStrategy',
    'text',
  ],
};

export function patchStage(stage: StoredStage, operations?: readonly PatchOperation[]): void {
  applyPatch(stagePatch, stage, operations, (operation, segments) => {
    if (operation.op === 'copy') return promote(stage, operation);
    const [first = ''] = segments;
    if (first === 'canarySettings' && operation.op === 'replace' && segments.length > 1) {
      // Changing any of them makes a canary of a stage that has none (recorded 2025-05).
      const { deploymentId, canarySettings } = stage;
      const fresh = { deploymentId, percentTraffic: 0, useStageCache: false };
      stage.canarySettings = { ...fresh, ...canarySettings };
      return false;
    }
    // There is nothing of a canary that is not there.
    if (first === 'canarySettings' && segments.length > 1 && !stage.canarySettings) {
      throw refuse(operation);
    }
    const known = first === 'canarySettings' || first === 'accessLogSettings';
    if (known || first === 'variables') return false;
    if (segments.length === 2 && operation.op === 'remove') return resetMethod(stage, segments);
    return segments.length === 4 && changeMethod(stage, operation, segments);
  });
}

/** Forgets what was said of a method. */
function resetMethod(stage: StoredStage, [path = '', verb]: readonly string[]): boolean {
  const settings = mapFrom(stage.methodSettings) as Record<string, MethodSetting>;
  const name = nameOf(path, verb);
  if (!(name in settings)) {
    // Recorded 2024-03, the space at the end included.
    throw badRequest(
      `Cannot remove method setting ${name} because there is no method setting for this method `,
    );
  }
  delete settings[name];
  stage.methodSettings = settings;
  return true;
}

/** A method that nothing was said of begins as the stage's wildcard is then (recorded 2024-03). */
function changeMethod(
  stage: StoredStage,
  operation: PatchOperation,
  [path = '', verb, area, member]: readonly string[],
): boolean {
  const key = `${area}/${member}`;
  const found = Object.hasOwn(METHOD_MEMBERS, key) ? METHOD_MEMBERS[key] : undefined;
  if (!found) return false;
  const [name, type] = found;
  const settings = mapFrom(stage.methodSettings) as Record<string, MethodSetting>;
  const method = nameOf(path, verb);
  const changed = { ...(settings[method] ?? settings['*/*'] ?? METHOD_DEFAULTS) };
  const rules = { [`/${name}`]: set(type) };
  applyPatch({ rules, refuse: () => refuse(operation) }, changed, [
    { ...operation, path: `/${name}` },
  ]);
  settings[method] = changed;
  stage.methodSettings = settings;
  return true;
}

function nameOf(path: string, verb = ''): string {
  return `${path === '/' ? '' : path.replace(/^\//, '')}/${verb}`;
}

const COPIES: Readonly<Record<string, string>> = {
  '/deploymentId': '/canarySettings/deploymentId',
  '/variables': '/canarySettings/stageVariableOverrides',
};

/** Makes what the canary serves what the stage serves (texts recorded 2025-05). */
function promote(stage: StoredStage, { path = '', from }: PatchOperation): boolean {
  const sources = Object.values(COPIES).join(', ');
  if (!Object.hasOwn(COPIES, path) || COPIES[path] !== from) {
    throw badRequest(
      `Invalid copy operation with path: ${path} and from ${from ?? 'null'}. Valid copy:path are [${Object.keys(COPIES).join(', ')}] and valid copy:from are [${sources}]`,
    );
  }
  const { canarySettings } = stage;
  if (!canarySettings) throw badRequest('Promotion not available. Canary does not exist.');
  const { deploymentId = stage.deploymentId, stageVariableOverrides } = canarySettings;
  if (path === '/deploymentId') stage.deploymentId = deploymentId;
  else {
    const variables = mapFrom(stage.variables) as Record<string, string>;
    stage.variables = Object.assign(variables, stageVariableOverrides);
  }
  return true;
}
