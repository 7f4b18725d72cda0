/** Deployments: frozen copies of an API's configuration that stages serve. */
import type {
  CreateDeploymentRequest,
  DeleteDeploymentRequest,
  Deployment,
  GetDeploymentRequest,
  GetDeploymentsRequest,
  UpdateDeploymentRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredDeployment } from '../api-document.ts';
import { deployTo, newDeployment, NO_ROUTES } from '../auto-deploy.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import { DEPLOYMENTS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';

export async function createDeployment(
  { apis }: GatewayState,
  input: CreateDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  const seed = apis.seed();
  return apis.update(context, input.ApiId, 'settings', (document) => {
    const stage = document.stages.find((each) => each.StageName === input.StageName);
    if (input.StageName !== undefined && !stage) throw resourceNotFound('stage');
    if (document.routes.length === 0) throw badRequest(NO_ROUTES);
    if (document.deployments.length >= DEPLOYMENTS_MAX) throw limitReached('Deployments');
    const deployment = newDeployment(seed, input.Description);
    document.deployments.push(deployment);
    if (stage) deployTo(stage, seed);
    return deployment;
  });
}

export async function getDeployment(
  { apis }: GatewayState,
  { ApiId, DeploymentId }: GetDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  return find(await apis.get(context, ApiId), DeploymentId);
}

export async function getDeployments(
  { apis }: GatewayState,
  input: GetDeploymentsRequest,
  context: RequestContext,
): Promise<{ Items: Deployment[]; NextToken: string | undefined }> {
  const { deployments } = await apis.get(context, input.ApiId);
  return pageOf(deployments, input, (deployment) => deployment.DeploymentId);
}

export async function updateDeployment(
  { apis }: GatewayState,
  input: UpdateDeploymentRequest,
  context: RequestContext,
): Promise<Deployment> {
  return apis.update(context, input.ApiId, 'settings', (document) => {
    const deployment = find(document, input.DeploymentId);
    deployment.Description = input.Description ?? deployment.Description;
    return deployment;
  });
}

export async function deleteDeployment(
  { apis }: GatewayState,
  { ApiId, DeploymentId }: DeleteDeploymentRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'settings', (document) => {
    const deployment = find(document, DeploymentId);
    if (document.stages.some((stage) => stage.DeploymentId === DeploymentId)) {
      // Recorded from AWS (first version of the service).
      throw badRequest('Active stages pointing to this deployment must be moved or deleted');
    }
    document.deployments = document.deployments.filter((each) => each !== deployment);
  });
  return {};
}

function find({ deployments }: ApiDocument, deploymentId: string): StoredDeployment {
  const deployment = deployments.find((each) => each.DeploymentId === deploymentId);
  if (!deployment) throw resourceNotFound('Deployment');
  return deployment;
}
