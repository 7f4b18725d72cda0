/** Stages: a deployment under a name, with its variables and limits. */
import type {
  CreateStageRequest,
  DeleteAccessLogSettingsRequest,
  DeleteRouteSettingsRequest,
  DeleteStageRequest,
  GetStageRequest,
  GetStagesRequest,
  ResetAuthorizersCacheRequest,
  RouteSettings,
  Stage,
  UpdateStageRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, conflict, notFound, notSupported } from '../../gateway/errors.ts';
import { validateAccessLogFormat } from '../../gateway/access-log-format.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument, StoredStage } from '../api-document.ts';
import { autoDeploy } from '../auto-deploy.ts';
import { limitReached, resourceNotFound } from '../errors.ts';
import {
  ACCESS_LOG_FORMAT_BYTES_MAX,
  STAGES_MAX,
  STAGE_VARIABLES_MAX,
  STAGE_VARIABLE_NAME_LENGTH_MAX,
  STAGE_VARIABLE_VALUE_LENGTH_MAX,
} from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { isWebSocket } from '../websocket-routes.ts';

export async function createStage(
  { apis }: GatewayState,
  input: CreateStageRequest,
  context: RequestContext,
): Promise<Stage> {
  refuseWithoutEffect(input);
  validTags(input.Tags);
  if (!/^(\$default|[A-Za-z0-9_-]{1,128})$/.test(input.StageName)) {
    throw badRequest('Stage name only allows a-zA-Z0-9_-');
  }
  const seed = apis.seed();
  const stage: StoredStage = {
    AccessLogSettings: input.AccessLogSettings,
    AutoDeploy: input.AutoDeploy,
    CreatedDate: seed.now,
    DefaultRouteSettings: { DetailedMetricsEnabled: false, ...input.DefaultRouteSettings },
    DeploymentId: input.DeploymentId,
    Description: input.Description,
    LastUpdatedDate: seed.now,
    RouteSettings: input.RouteSettings ?? {},
    StageName: input.StageName,
    StageVariables: input.StageVariables ?? {},
    Tags: input.Tags ?? {},
  };
  return apis.update(context, input.ApiId, 'settings', (document) => {
    if (document.stages.some((each) => each.StageName === stage.StageName)) {
      throw conflict('Stage already exists');
    }
    if (document.stages.length >= STAGES_MAX) throw limitReached('Stages');
    if (stage.StageName === '$default' && isWebSocket(document)) {
      throw badRequest('Stage name only allows a-zA-Z0-9_-');
    }
    const created = { ...stage };
    validateStage(document, created, input.RouteSettings);
    document.stages.push(created);
    if (created.AutoDeploy) autoDeploy(document, seed);
    return created;
  });
}

export async function getStage(
  { apis }: GatewayState,
  { ApiId, StageName }: GetStageRequest,
  context: RequestContext,
): Promise<Stage> {
  return find(await apis.get(context, ApiId), StageName);
}

export async function getStages(
  { apis }: GatewayState,
  input: GetStagesRequest,
  context: RequestContext,
): Promise<{ Items: Stage[]; NextToken: string | undefined }> {
  const { stages } = await apis.get(context, input.ApiId);
  return pageOf(stages, input, (stage) => stage.StageName);
}

export async function updateStage(
  { apis }: GatewayState,
  input: UpdateStageRequest,
  context: RequestContext,
): Promise<Stage> {
  refuseWithoutEffect(input);
  const seed = apis.seed();
  return apis.update(context, input.ApiId, 'settings', (document) => {
    const stage = find(document, input.StageName);
    stage.Description = input.Description ?? stage.Description;
    stage.DeploymentId = input.DeploymentId ?? stage.DeploymentId;
    stage.AutoDeploy = input.AutoDeploy ?? stage.AutoDeploy;
    if (input.AccessLogSettings) {
      stage.AccessLogSettings = { ...stage.AccessLogSettings, ...input.AccessLogSettings };
    }
    stage.DefaultRouteSettings = { ...stage.DefaultRouteSettings, ...input.DefaultRouteSettings };
    stage.RouteSettings = { ...stage.RouteSettings, ...input.RouteSettings };
    if (input.StageVariables) {
      // An empty value takes the variable out, as with integrations' parameters.
      const variables = { ...stage.StageVariables, ...input.StageVariables };
      stage.StageVariables = Object.fromEntries(
        Object.entries(variables).filter(([, value]) => value !== ''),
      );
    }
    stage.LastUpdatedDate = seed.now;
    validateStage(document, stage, input.RouteSettings);
    if (input.AutoDeploy) autoDeploy(document, seed);
    return stage;
  });
}

export async function deleteStage(
  { apis }: GatewayState,
  { ApiId, StageName }: DeleteStageRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'settings', (document) => {
    const stage = find(document, StageName);
    document.stages = document.stages.filter((each) => each !== stage);
  });
  return {};
}

export async function deleteAccessLogSettings(
  { apis }: GatewayState,
  { ApiId, StageName }: DeleteAccessLogSettingsRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'settings', (document) => {
    find(document, StageName).AccessLogSettings = undefined;
  });
  return {};
}

export async function deleteRouteSettings(
  { apis }: GatewayState,
  { ApiId, StageName, RouteKey }: DeleteRouteSettingsRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await apis.update(context, ApiId, 'settings', (document) => {
    const stage = find(document, StageName);
    const settings = Object.entries(stage.RouteSettings ?? {});
    const kept = settings.filter(([routeKey]) => routeKey !== RouteKey);
    if (kept.length === settings.length) throw routeSettingsNotFound(RouteKey);
    stage.RouteSettings = Object.fromEntries(kept);
  });
  return {};
}

export async function resetAuthorizersCache(
  { apis, publisher }: GatewayState,
  { ApiId, StageName }: ResetAuthorizersCacheRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  find(await apis.get(context, ApiId), StageName);
  publisher.republish(ApiId, StageName);
  return {};
}

function find({ stages }: ApiDocument, stageName: string): StoredStage {
  const stage = stages.find((each) => each.StageName === stageName);
  if (!stage) throw resourceNotFound('stage');
  return stage;
}

/** `routeSettings` are those of the request: older ones may be of routes that are gone. */
function validateStage(
  document: ApiDocument,
  stage: StoredStage,
  routeSettings: Record<string, RouteSettings> = {},
): void {
  const { deployments, routes } = document;
  if (
    stage.DeploymentId !== undefined &&
    !deployments.some((each) => each.DeploymentId === stage.DeploymentId)
  ) {
    throw resourceNotFound('Deployment');
  }
  for (const routeKey of Object.keys(routeSettings)) {
    if (!routes.some((route) => route.RouteKey === routeKey)) throw routeSettingsNotFound(routeKey);
  }
  const all = [stage.DefaultRouteSettings ?? {}, ...Object.values(routeSettings)];
  for (const settings of all) validateRouteSettings(settings, isWebSocket(document));
  validateVariables(stage.StageVariables ?? {});
  validateAccessLog(stage);
}

/** Seen from AWS (terraform-aws-apigateway-v2#80, 2022-09). */
function routeSettingsNotFound(routeKey: string) {
  return notFound(`Unable to find Route by key ${routeKey} within the provided RouteSettings`);
}

function validateRouteSettings(settings: RouteSettings, areWebSockets: boolean): void {
  const isLogged = settings.DataTraceEnabled || (settings.LoggingLevel ?? 'OFF') !== 'OFF';
  if (isLogged && !areWebSockets) {
    // Seen from AWS (terraform-provider-aws#14010, 2020-07).
    throw badRequest('Execution logs are not supported on protocolType HTTP');
  }
  const limits = [settings.ThrottlingRateLimit, settings.ThrottlingBurstLimit];
  if (limits.some((limit) => limit !== undefined && !(limit >= 0))) {
    throw badRequest('Throttling limits must not be negative');
  }
}

const LOG_GROUP = /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[^:]+(:\*)?$/;

/** Wordings unverified. */
function validateAccessLog({ AccessLogSettings }: StoredStage): void {
  if (!AccessLogSettings) return;
  const { DestinationArn = '', Format } = AccessLogSettings;
  if (/:firehose:/.test(DestinationArn)) throw notSupported('access logs by Firehose');
  if (!LOG_GROUP.test(DestinationArn)) throw badRequest('Invalid ARN specified in the request');
  if (!Format) throw badRequest('Access log format must be specified');
  validateAccessLogFormat(Format);
  if (Buffer.byteLength(Format) > ACCESS_LOG_FORMAT_BYTES_MAX) {
    throw badRequest(`An access log format can have ${ACCESS_LOG_FORMAT_BYTES_MAX} bytes at most`);
  }
}

function validateVariables(variables: Record<string, string>): void {
  const entries = Object.entries(variables);
  if (entries.length > STAGE_VARIABLES_MAX) {
    throw badRequest(`A stage can have at most ${STAGE_VARIABLES_MAX} variables`);
  }
  for (const [name, value] of entries) {
    if (!/^\w+$/.test(name) || name.length > STAGE_VARIABLE_NAME_LENGTH_MAX) {
      throw badRequest(`Invalid stage variable name: ${name}. Please use alphanumerics and '_'.`);
    }
    const isTooLong = value.length > STAGE_VARIABLE_VALUE_LENGTH_MAX;
    if (isTooLong || !/^[A-Za-z0-9 ._:/?&=,~#-]+$/.test(value)) {
      // Seen from AWS, quotes as they are (aws-lambda-blog#10, 2017-08).
      throw badRequest(
        `Invalid stage variable value: ${value}.  Please use values with alphanumeric characters ` +
          `and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}

function refuseWithoutEffect(input: CreateStageRequest | UpdateStageRequest): void {
  if (input.ClientCertificateId !== undefined) {
    throw badRequest('Client certificates are not supported on protocolType HTTP');
  }
}
