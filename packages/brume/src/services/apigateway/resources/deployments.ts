/** Deployments: what an API was at a moment, for stages to serve. */
import type {
  CreateDeploymentRequest,
  DeleteDeploymentRequest,
  Deployment,
  GetDeploymentRequest,
  GetDeploymentsRequest,
  UpdateDeploymentRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { DEPLOYMENTS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { descriptionPatch } from '../patching/tables.ts';
import type { RestApiDocument, Snapshot, StoredDeployment } from '../rest-api-document.ts';
import type { RestState } from '../state.ts';
import { pathOf } from './find.ts';
import { addStage, newStage, settleCache, withCanary } from './stages.ts';

export async function createDeployment(
  { apis, newId, now }: RestState,
  input: CreateDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  const { restApiId, stageName, description, canarySettings } = input;
  const deployment: StoredDeployment = {
    id: newId(SHORT_ID_LENGTH),
    description,
    createdDate: now(),
  };
  return apis.update(context, restApiId, (document) => {
    // Texts that AWS is known for (terraform-provider-aws#7085, 2018; serverless#2454, 2016).
    const methods = document.resources.flatMap((resource) => resource.methods);
    if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
    if (methods.some(({ methodIntegration }) => !methodIntegration)) {
      throw badRequest('No integration defined for method');
    }
    if (document.deployments.length >= DEPLOYMENTS_MAX) {
      throw limitReached('deployments', DEPLOYMENTS_MAX);
    }
    document.deployments.push(deployment);
    if (canarySettings) deployCanary(document, input, deployment);
    else if (stageName !== undefined) deployToStage(document, input, deployment);
    return deployment;
  });
}

/** The texts are AWS's by LocalStack's tests (2025-05). */
function deployCanary(
  document: RestApiDocument,
  { stageName, canarySettings }: CreateDeploymentRequest,
  { id, createdDate }: StoredDeployment,
): void {
  if (!stageName) {
    throw badRequest(
      `Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? 'null'}`,
    );
  }
  const stage = document.stages.find((each) => each.stageName === stageName);
  if (!stage) {
    throw badRequest(
      `Invalid deployment content specified.Stage ${stageName} must already be created before making a canary release deployment`,
    );
  }
  stage.canarySettings = withCanary(stage, { ...canarySettings, deploymentId: id });
  stage.lastUpdatedDate = createdDate;
}

function deployToStage(
  document: RestApiDocument,
  input: CreateDeploymentRequest,
  { id: deploymentId, createdDate }: StoredDeployment,
): void {
  const { stageName = '', stageDescription, variables, tracingEnabled } = input;
  const { cacheClusterEnabled, cacheClusterSize } = input;
  const stage = document.stages.find((each) => each.stageName === stageName);
  if (!stage) {
    const settings = { variables, tracingEnabled, cacheClusterEnabled, cacheClusterSize };
    const given = { ...settings, stageName, deploymentId, description: stageDescription };
    addStage(document, newStage(given, createdDate));
    return;
  }
  stage.deploymentId = deploymentId;
  stage.lastUpdatedDate = createdDate;
  stage.description = stageDescription ?? stage.description;
  stage.variables = variables ?? stage.variables;
  stage.tracingEnabled = tracingEnabled ?? stage.tracingEnabled;
  stage.cacheClusterEnabled = cacheClusterEnabled ?? stage.cacheClusterEnabled;
  stage.cacheClusterSize = cacheClusterSize ?? stage.cacheClusterSize;
  settleCache(stage);
}

export async function getDeployment(
  { apis }: RestState,
  { restApiId, deploymentId, embed = [] }: GetDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  const deployment = find(await apis.get(context, restApiId), deploymentId);
  if (!embed.includes('apisummary')) return deployment;
  const snapshot = await apis.snapshot(context, restApiId, deploymentId);
  return { ...deployment, apiSummary: snapshot && summaryOf(snapshot) };
}

export async function getDeployments(
  { apis }: RestState,
  input: GetDeploymentsRequest,
  context: RequestContext,
): Promise<Page<Deployment>> {
  const { deployments } = await apis.get(context, input.restApiId);
  return pageOf(deployments, input, ({ id }) => id);
}

export async function updateDeployment(
  { apis }: RestState,
  { restApiId, deploymentId, patchOperations }: UpdateDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  return apis.update(context, restApiId, (document) => {
    const deployment = find(document, deploymentId);
    applyPatch(descriptionPatch, deployment, patchOperations);
    return deployment;
  });
}

export async function deleteDeployment(
  { apis }: RestState,
  { restApiId, deploymentId }: DeleteDeploymentRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, restApiId, (document) => {
    const deployment = find(document, deploymentId);
    for (const stage of document.stages) {
      const served = [stage.deploymentId, stage.canarySettings?.deploymentId];
      if (served.includes(deploymentId)) {
        // Recorded 2023-09.
        throw badRequest('Active stages pointing to this deployment must be moved or deleted');
      }
    }
    document.deployments = document.deployments.filter((each) => each !== deployment);
  });
  return {};
}

function find({ deployments }: RestApiDocument, id: string): StoredDeployment {
  const deployment = deployments.find((each) => each.id === id);
  if (!deployment) throw resourceNotFound('Deployment');
  return deployment;
}

/** Methods by path and verb, as the deployment has them. */
function summaryOf(snapshot: Snapshot): Deployment['apiSummary'] {
  const withMethods = snapshot.resources.filter(({ methods }) => methods.length > 0);
  return Object.fromEntries(
    withMethods.map((resource) => {
      const summaries = resource.methods.map(
        ({ httpMethod, authorizationType, apiKeyRequired }) =>
          [httpMethod, { authorizationType, apiKeyRequired }] as const,
      );
      return [pathOf(snapshot, resource), Object.fromEntries(summaries)] as const;
    }),
  );
}
