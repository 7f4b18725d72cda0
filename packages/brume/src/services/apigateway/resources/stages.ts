/** Stages: names under which deployments are served, each with its settings. */
import type {
  CanarySettings,
  CreateStageRequest,
  DeleteStageRequest,
  FlushStageCacheRequest,
  GetStageRequest,
  GetStagesRequest,
  Stage,
  Stages,
  UpdateStageRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest, conflict } from '../../gateway/errors.ts';
import { validateAccessLogFormat } from '../../gateway/access-log-format.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { STAGES_MAX } from '../limits.ts';
import { patchStage } from '../patching/patch-stage.ts';
import type { RestApiDocument, StoredStage } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';

export async function createStage(
  { apis, now }: RestState,
  { restApiId, ...given }: CreateStageRequest,
  context: RequestContext,
): Promise<Stage> {
  const createdDate = now();
  validTags(given.tags);
  return apis.update(context, restApiId, (document) => {
    const { documentationVersion: version } = given;
    if (version !== undefined && !document.versions.some((each) => each.version === version)) {
      throw badRequest('Invalid Documentation version specified');
    }
    return addStage(document, newStage(given, createdDate));
  });
}

/** As a stage is before anything is said of it (recorded 2024-03). */
export function newStage(
  given: Omit<CreateStageRequest, 'restApiId'>,
  createdDate: Date | undefined,
): StoredStage {
  const { canarySettings, ...settings } = given;
  const stage: StoredStage = {
    ...settings,
    cacheClusterEnabled: given.cacheClusterEnabled ?? false,
    methodSettings: {},
    tracingEnabled: given.tracingEnabled ?? false,
    createdDate,
    lastUpdatedDate: createdDate,
  };
  if (canarySettings) stage.canarySettings = withCanary(stage, canarySettings);
  settleCache(stage);
  return stage;
}

/** A cache is there at once; the smallest, if nothing is said (API reference, "cacheClusterSize"). */
export function settleCache(stage: StoredStage): void {
  const { cacheClusterEnabled, cacheClusterSize } = stage;
  stage.cacheClusterStatus = cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE';
  stage.cacheClusterSize = cacheClusterEnabled ? (cacheClusterSize ?? '0.5') : cacheClusterSize;
}

export function addStage(document: RestApiDocument, stage: StoredStage): StoredStage {
  // The text is AWS's by several reports (serverless#3030, 2017).
  if (!/^[\w-]{1,128}$/.test(stage.stageName)) {
    throw badRequest('Stage name only allows a-zA-Z0-9_');
  }
  if (document.stages.some(({ stageName }) => stageName === stage.stageName)) {
    throw conflict('Stage already exists');
  }
  if (document.stages.length >= STAGES_MAX) throw limitReached('stages', STAGES_MAX);
  validateStage(document, stage);
  document.stages.push(stage);
  return stage;
}

/** A canary's settings, with what they are where nothing is said (recorded 2025-05). */
export function withCanary(
  { deploymentId }: StoredStage,
  given: CanarySettings = {},
): CanarySettings {
  return { deploymentId, percentTraffic: 0, useStageCache: false, ...given };
}

export async function getStage(
  { apis }: RestState,
  { restApiId, stageName }: GetStageRequest,
  context: RequestContext,
): Promise<Stage> {
  return findStage(await apis.get(context, restApiId), stageName);
}

export async function getStages(
  { apis }: RestState,
  { restApiId, deploymentId }: GetStagesRequest,
  context: RequestContext,
): Promise<Stages> {
  const { stages } = await apis.get(context, restApiId);
  const of = (stage: StoredStage) => !deploymentId || stage.deploymentId === deploymentId;
  return { item: stages.filter(of) };
}

export async function updateStage(
  { apis, clientCertificates, now }: RestState,
  { restApiId, stageName, patchOperations }: UpdateStageRequest,
  context: RequestContext,
): Promise<Stage> {
  const lastUpdatedDate = now();
  for (const { path, value } of patchOperations ?? []) {
    if (path === '/clientCertificateId' && value) await clientCertificates.get(context, value);
  }
  return apis.update(context, restApiId, (document) => {
    const stage = findStage(document, stageName);
    patchStage(stage, patchOperations);
    settleCache(stage);
    validateStage(document, stage);
    stage.lastUpdatedDate = lastUpdatedDate;
    return stage;
  });
}

export async function deleteStage(
  { apis }: RestState,
  { restApiId, stageName }: DeleteStageRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, restApiId, (document) => {
    const stage = findStage(document, stageName);
    document.stages = document.stages.filter((each) => each !== stage);
  });
  return {};
}

/** The data plane forgets answers of integrations and of authorizers alike: it begins the stage anew. */
export async function flushStage(
  { apis }: RestState,
  { restApiId, stageName }: FlushStageCacheRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  findStage(await apis.get(context, restApiId), stageName);
  apis.republish(restApiId, stageName);
  return {};
}

export function findStage({ stages }: RestApiDocument, stageName: string): StoredStage {
  const stage = stages.find((each) => each.stageName === stageName);
  if (!stage) throw resourceNotFound('stage');
  return stage;
}

/** Gigabytes, as the model has them; a patch's value is checked by nobody else. Wording unverified. */
const CACHE_SIZES: readonly string[] = [
  ...['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'],
];

/** What it serves is there (text by LocalStack's tests, 2025-05). */
function validateStage({ deployments }: RestApiDocument, stage: StoredStage): void {
  const { deploymentId, canarySettings, cacheClusterSize } = stage;
  for (const served of [deploymentId, canarySettings?.deploymentId ?? deploymentId]) {
    if (!deployments.some(({ id }) => id === served)) {
      throw badRequest('Deployment id does not exist');
    }
  }
  if (cacheClusterSize !== undefined && !CACHE_SIZES.includes(cacheClusterSize)) {
    throw badRequest(`Invalid cache cluster size specified. Must be one of: ${CACHE_SIZES.join()}`);
  }
  validateAccessLogFormat(stage.accessLogSettings?.format);
  const percent = canarySettings?.percentTraffic ?? 0;
  if (percent < 0 || percent > 100) {
    throw badRequest('Canary percentTraffic must be between 0 and 100');
  }
}
