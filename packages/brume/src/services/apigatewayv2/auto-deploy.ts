/** What a stage with `AutoDeploy` does after every change of its API's configuration. */
import type { ApiDocument, StoredDeployment } from './api-document.ts';

/** What a deployment needs that is not in the document: chance and time. */
export interface DeploymentSeed {
  readonly deploymentId: string;
  readonly now: Date;
}

/** As AWS words it (AWS CLI reference, `get-deployment`, 2020-04). */
const AUTOMATIC = 'Automatic deployment triggered by changes to the Api configuration';

/** Seen from AWS (mach-composer-cli#42, 2020-11). */
export const NO_ROUTES = 'Unable to deploy API because no routes exist in this API';

/** Gives all stages that deploy by themselves one new deployment, and drops those it replaces. */
export function autoDeploy(document: ApiDocument, seed: DeploymentSeed): void {
  const stages = document.stages.filter(
    (stage) => stage.AutoDeploy && (document.routes.length > 0 || stage.DeploymentId),
  );
  for (const stage of document.stages) {
    if (stage.AutoDeploy && !stages.includes(stage)) {
      stage.LastDeploymentStatusMessage = `Deployment attempt failed: ${NO_ROUTES}`;
    }
  }
  if (stages.length === 0) return;
  document.deployments.push({ ...newDeployment(seed, AUTOMATIC), AutoDeployed: true });
  for (const stage of stages) deployTo(stage, seed);
  dropReplaced(document);
}

export function newDeployment(seed: DeploymentSeed, description?: string): StoredDeployment {
  return {
    AutoDeployed: false,
    CreatedDate: seed.now,
    DeploymentId: seed.deploymentId,
    DeploymentStatus: 'DEPLOYED',
    Description: description,
  };
}

export function deployTo(stage: ApiDocument['stages'][number], seed: DeploymentSeed): void {
  stage.DeploymentId = seed.deploymentId;
  stage.LastUpdatedDate = seed.now;
  stage.LastDeploymentStatusMessage = `Successfully deployed stage with deployment ID '${seed.deploymentId}'`;
}

/** Automatic deployments that no stage serves any more cannot be reached: a stage makes its own. */
function dropReplaced(document: ApiDocument): void {
  const served = new Set(document.stages.map((stage) => stage.DeploymentId));
  document.deployments = document.deployments.filter(
    (deployment) => !deployment.AutoDeployed || served.has(deployment.DeploymentId),
  );
}
