/** What was asked of AWS about deployments, stages and canaries. */
import { newMock } from './methods.ts';
import type { Scenarios, Session } from './recording.ts';

const replace = (path: string, value?: string) => ({ op: 'replace', path, value });
const copy = (from: string, path: string) => ({ op: 'copy', from, path });
const OVERRIDES = '/canarySettings/stageVariableOverrides';

/** Ways to ask about one API with one method, and about its stage. */
async function newStages(session: Session) {
  const { restApiId } = await newMock(session);
  return {
    restApiId,
    deploy: (name: string, input: object = {}) =>
      session.match(name, 'CreateDeployment', { restApiId, ...input }),
    update: (name: string, stageName: string, ...patchOperations: object[]) =>
      session.match(name, 'UpdateStage', { restApiId, stageName, patchOperations }),
    create: (name: string, input: object) =>
      session.match(name, 'CreateStage', { restApiId, ...input }),
    get: (name: string, stageName = 'dev') =>
      session.match(name, 'GetStage', { restApiId, stageName }),
  };
}

export const canaries: Scenarios = {
  async test_create_update_stages(session) {
    const { deploy, create, get, update } = await newStages(session);
    const { id: deploymentId } = await deploy('create-deployment-1');
    const { id: second } = await deploy('create-deployment-2');
    const stageVariableOverrides = { testVar: 'canary' };
    await create('create-stage', {
      ...{ stageName: 'dev', deploymentId, description: 'dev stage' },
      variables: { testVar: 'default' },
      canarySettings: { deploymentId: second, percentTraffic: 50, stageVariableOverrides },
    });
    await get('get-stage');
    const override = replace(`${OVERRIDES}/testVar`, 'updated');
    await update('update-stage-canary-settings-overrides', 'dev', override);
    const remove = { op: 'remove', path: '/canarySettings' };
    await update('update-stage-remove-canary-settings', 'dev', remove);
    await get('get-stage-after-remove');
  },

  async test_create_canary_deployment_with_stage(session) {
    const { deploy, create, get } = await newStages(session);
    const { id: deploymentId } = await deploy('create-deployment');
    const variables = { testVar: 'default' };
    const settings = { stageName: 'dev', deploymentId, description: 'dev stage', variables };
    await create('create-stage', settings);
    const stageVariableOverrides = { testVar: 'canary' };
    const canarySettings = { percentTraffic: 50, stageVariableOverrides };
    await deploy('create-canary-deployment', { stageName: 'dev', canarySettings });
    await get('get-stage');
  },

  async test_create_canary_deployment_by_stage_update(session) {
    const { deploy, create, get, update } = await newStages(session);
    const { id: deploymentId } = await deploy('create-deployment');
    const { id: second } = await deploy('create-deployment-2');
    const variables = { testVar: 'default' };
    const settings = { stageName: 'dev', deploymentId, description: 'dev stage', variables };
    await create('create-stage', settings);
    const toSecond = replace('/canarySettings/deploymentId', second);
    await update('update-stage-with-deployment', 'dev', toSecond);
    await update('remove-stage-canary', 'dev', { op: 'remove', path: '/canarySettings' });
    const percent = replace('/canarySettings/percentTraffic', '50');
    await update('update-stage-with-percent', 'dev', percent);
    await get('get-stage');
  },

  async test_update_stage_with_copy_ops(session) {
    const { deploy, get, update } = await newStages(session);
    const variables = { testVar: 'test', testVar2: 'test2' };
    await deploy('deployment-1', { stageName: 'dev', variables });
    const backwards = [
      copy('/variables', OVERRIDES),
      copy('/deploymentId', '/canarySettings/deploymentId'),
    ];
    await update('copy-with-bad-statement', 'dev', ...backwards);
    const variablesFirst = [
      copy(OVERRIDES, '/variables'),
      copy('/canarySettings/deploymentId', '/deploymentId'),
    ];
    await update('copy-with-no-replace', 'dev', ...variablesFirst);
    const promotion = [
      replace('/canarySettings/percentTraffic', '0.0'),
      ...variablesFirst.toReversed(),
    ];
    await update('update-stage-with-copy', 'dev', ...promotion);
    const stageVariableOverrides = { testVar: 'override' };
    const canarySettings = { percentTraffic: 50, stageVariableOverrides };
    await deploy('deployment-canary', { stageName: 'dev', canarySettings });
    await get('get-stage');
    await update('update-stage-with-copy-2', 'dev', ...promotion);
  },
};

export const stages: Scenarios = {
  async test_create_update_stages(session) {
    const { restApiId, create, get, update } = await newStages(session);
    const { id: deploymentId } = await session.ask('CreateDeployment', { restApiId });
    const documentationVersion = 'v123';
    await session.ask('CreateDocumentationVersion', { restApiId, documentationVersion });
    const settings = { stageName: 's1', deploymentId, description: 'my stage' };
    await create('create-stage', { ...settings, documentationVersion });
    await update('error-update-doc-version', 's1', replace('/documentation_version', '123'));
    await update('error-update-tags', 's1', replace('/tags/tag1', 'value1'));
    await update(
      'update-stage',
      's1',
      replace('/description', 'stage new'),
      replace('/variables/var1', 'test'),
      replace('/variables/var2', 'test2'),
      replace('/*/*/throttling/burstLimit', '123'),
      replace('/*/*/caching/enabled', 'true'),
      replace('/tracingEnabled', 'true'),
      replace('/test/GET/throttling/burstLimit', '124'),
    );
    await get('get-stage', 's1');
    await update('update-stage-override', 's1', replace('/*/*/throttling/burstLimit', '100'));
  },

  async test_update_stage_remove_wildcard(session) {
    const { restApiId, create, get, update } = await newStages(session);
    const { id: deploymentId } = await session.ask('CreateDeployment', { restApiId });
    const documentationVersion = 'v123';
    await session.ask('CreateDocumentationVersion', { restApiId, documentationVersion });
    const settings = { stageName: 's1', deploymentId, description: 'my stage' };
    await create('create-stage', { ...settings, documentationVersion });
    await get('get-stage', 's1');
    const remove = { op: 'remove', path: '/*/*' };
    await update('delete-error', 's1', remove);
    await update('update-stage', 's1', replace('/*/*/caching/enabled', 'true'));
    await update('update-stage-reset', 's1', remove);
    await get('get-stage-after-reset', 's1');
  },

  async 'test_create_delete_deployments[False]'(session) {
    const { restApiId } = await newStages(session);
    const stage = { restApiId, stageName: 's1' };
    let deployment = await session.ask('CreateDeployment', stage);
    const named = () => ({ restApiId, deploymentId: deployment.id as string });
    await session.match('get-deployment', 'GetDeployment', named());
    await session.match('get-stages', 'GetStages', { restApiId });
    for (let index = 0; index < 3; index++) {
      await session.match(`delete-deployment-error-${index}`, 'DeleteDeployment', named());
      await session.ask('DeleteStage', stage);
      await session.ask('DeleteDeployment', named());
      deployment = await session.ask('CreateDeployment', stage);
      await session.match(`get-deployments-${index}`, 'GetDeployments', { restApiId });
      await session.match(`get-stages-${index}`, 'GetStages', { restApiId });
    }
  },

  async test_create_update_deployments(session) {
    const { restApiId } = await newStages(session);
    const deploy = (input: object = {}) => session.ask('CreateDeployment', { restApiId, ...input });
    const { id: first } = await deploy();
    await session.ask('CreateStage', { restApiId, stageName: 's1', deploymentId: first });
    const named = (deploymentId: string) => ({ restApiId, deploymentId });
    await session.match('get-deployment-1', 'GetDeployment', named(first));
    await session.match('get-stages', 'GetStages', { restApiId });
    await session.match('delete-deployment-error', 'DeleteDeployment', named(first));
    const { id: second } = await deploy({ stageName: 's1' });
    await session.match('get-deployment-1-after-update', 'GetDeployment', named(first));
    await session.match('get-deployment-2', 'GetDeployment', named(second));
    await session.match('get-stages-after-update', 'GetStages', { restApiId });
    await session.match('delete-deployment-1', 'DeleteDeployment', named(first));
    await session.match('delete-deployment-2-error', 'DeleteDeployment', named(second));
  },

  async test_update_rest_api_deployment(session) {
    const { restApiId } = await newStages(session);
    const { id: deploymentId } = await session.ask('CreateDeployment', { restApiId });
    const patchOperations = [replace('/description', 'new-description')];
    const input = { restApiId, deploymentId, patchOperations };
    await session.match('after-update', 'UpdateDeployment', input);
  },

  async test_stage_access_log_settings(session) {
    const { deploy, create, update } = await newStages(session);
    const { id: deploymentId } = await deploy('create-deployment');
    await create('create-stage', { stageName: 'dev', deploymentId, description: 'dev stage' });
    const group = 'arn:aws:logs:us-east-1:000000000000:log-group:group';
    const destination = '/accessLogSettings/destinationArn';
    const change = (name: string, operation: object) =>
      update(`update-stage-access-log-${name}`, 'dev', operation);
    await change('dest-add', { op: 'add', path: destination, value: group });
    await change('dest-replace', replace(destination, `${group}a`));
    const value = '$context.requestId $context.identity.sourceIp';
    await change('format-add', { op: 'add', path: '/accessLogSettings/format', value });
    await change('remove-all', { op: 'remove', path: '/accessLogSettings' });
  },
};
