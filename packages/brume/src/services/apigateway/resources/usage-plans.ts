/** Usage plans: which stages callers with keys may use, and how much. */
import type {
  ApiStage,
  CreateUsagePlanRequest,
  DeleteUsagePlanRequest,
  GetUsagePlanRequest,
  GetUsagePlansRequest,
  PatchOperation,
  UpdateUsagePlanRequest,
  UsagePlan,
} from '../../../model/generated/apigateway.types.ts';
import type { AwsError } from '../../../model/aws-error.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import { newId as randomId } from '../../gateway/identifiers.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredUsagePlan } from '../collections.ts';
import { ID_LENGTH } from '../identifiers.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch, mapFrom } from '../patching/patch.ts';
import { usagePlanPatch } from '../patching/tables.ts';
import type { RestState } from '../state.ts';
import { forgetUsage } from './usage.ts';

export async function createUsagePlan(
  state: RestState,
  input: CreateUsagePlanRequest,
  context: RequestContext,
): Promise<UsagePlan> {
  const { name, description, apiStages = [], throttle, quota, tags } = input;
  const plan: StoredUsagePlan = {
    id: randomId(state.random, ID_LENGTH),
    name,
    description,
    apiStages,
    throttle,
    quota: quota && { ...quota, offset: quota.offset ?? 0 },
    tags: validTags(tags),
    keyIds: [],
  };
  validate(plan);
  await checkStages(state, plan, context);
  await state.usagePlans.create(context, plan.id, plan);
  return plan;
}

export async function getUsagePlan(
  { usagePlans }: RestState,
  { usagePlanId }: GetUsagePlanRequest,
  context: RequestContext,
): Promise<UsagePlan> {
  return withAllTags(await usagePlans.get(context, usagePlanId));
}

export async function getUsagePlans(
  { usagePlans }: RestState,
  input: GetUsagePlansRequest,
  context: RequestContext,
): Promise<Page<UsagePlan>> {
  const { keyId } = input;
  const plans = await usagePlans.list(context);
  const chosen = plans.filter(({ keyIds }) => keyId === undefined || keyIds.includes(keyId));
  return pageOf(chosen, input, ({ id }) => id);
}

export async function updateUsagePlan(
  state: RestState,
  { usagePlanId, patchOperations }: UpdateUsagePlanRequest,
  context: RequestContext,
): Promise<UsagePlan> {
  const changed = await state.usagePlans.get(context, usagePlanId);
  patchPlan(changed, patchOperations);
  await checkStages(state, changed, context);
  return state.usagePlans.update(context, usagePlanId, (plan) => {
    patchPlan(plan, patchOperations);
    return withAllTags(plan);
  });
}

export async function deleteUsagePlan(
  state: RestState,
  { usagePlanId }: DeleteUsagePlanRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { usagePlans } = state;
  const { apiStages = [] } = await usagePlans.get(context, usagePlanId);
  for (const stage of apiStages) {
    if (!(await isThere(state, stage, context))) continue;
    // Seen from AWS (aws-sdk-js#3841, 2021-07).
    throw badRequest(
      `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${stage.apiId}:${stage.stage}`,
    );
  }
  await usagePlans.remove(context, usagePlanId);
  await forgetUsage(state, context, usagePlanId);
  return {};
}

/** Answers about one plan have its tags even where there are none. */
function withAllTags(plan: StoredUsagePlan): UsagePlan {
  return { ...plan, tags: plan.tags ?? {} };
}

function patchPlan(plan: StoredUsagePlan, operations?: readonly PatchOperation[]): void {
  applyPatch(usagePlanPatch, plan, operations, (operation, segments) => {
    if (segments[0] !== 'apiStages') return false;
    if (segments.length === 1) changeStages(plan, operation);
    else changeThrottle(plan, operation, segments);
    return true;
  });
  if (plan.quota) plan.quota.offset ??= 0;
  validate(plan);
}

/** `/apiStages` takes `{api}:{stage}` as its value. */
function changeStages(plan: StoredUsagePlan, operation: PatchOperation): void {
  const { op, value = '' } = operation;
  if (op !== 'add' && op !== 'remove') throw refusalOf(operation);
  const [apiId, stage, ...more] = value.split(':');
  // The text is AWS's by LocalStack's code (2026-03).
  if (!apiId || !stage || more.length > 0) throw badRequest('Invalid API Stage specified');
  const stages = plan.apiStages ?? [];
  const others = stages.filter((each) => each.apiId !== apiId || each.stage !== stage);
  if (op === 'remove' && others.length === stages.length) throw noStage(plan, { apiId, stage });
  plan.apiStages = op === 'add' ? [...others, { apiId, stage }] : others;
}

/** `/apiStages/{api}:{stage}/throttle[/{path}/{method}[/rateLimit|/burstLimit]]`. */
function changeThrottle(
  plan: StoredUsagePlan,
  operation: PatchOperation,
  [, name = '', kind, path, verb, limit]: readonly string[],
): void {
  const [apiId, stageName] = name.split(':');
  const refusal = refusalOf(operation);
  if (kind !== 'throttle') throw refusal;
  const stage = plan.apiStages?.find((each) => each.apiId === apiId && each.stage === stageName);
  if (!stage) throw noStage(plan, { apiId, stage: stageName });
  const throttle = mapFrom(stage.throttle) as NonNullable<ApiStage['throttle']>;
  const method = `${path}/${verb}`;
  if (operation.op === 'remove' && limit === undefined) {
    if (path === undefined) stage.throttle = undefined;
    else {
      delete throttle[method];
      stage.throttle = throttle;
    }
    return;
  }
  if (!path || !verb || (limit !== 'rateLimit' && limit !== 'burstLimit')) throw refusal;
  const changed = { ...throttle[method] };
  const rules = {
    [`/${limit}`]: {
      ops: ['add', 'replace', 'remove'] as const,
      type: limit === 'rateLimit' ? ('number' as const) : ('integer' as const),
    },
  };
  applyPatch({ rules, refuse: () => refusal }, changed, [{ ...operation, path: `/${limit}` }]);
  throttle[method] = changed;
  stage.throttle = throttle;
}

function refusalOf(operation: PatchOperation): AwsError {
  return usagePlanPatch.refuse(operation, usagePlanPatch.rules);
}

/** A plan's stages exist when they come to it. */
async function checkStages(
  state: RestState,
  plan: StoredUsagePlan,
  context: RequestContext,
): Promise<void> {
  for (const stage of plan.apiStages ?? []) {
    if (!stage.apiId || !stage.stage) {
      // Seen from AWS as it stands (aws-sdk#354, 2022-09).
      throw badRequest('Invalid API Stage {api: %s, stage: %s} specified for usageplan %s');
    }
    if (!(await isThere(state, stage, context))) throw noStage(plan, stage);
  }
}

async function isThere(
  { apis, webSocketStages }: RestState,
  { apiId = '', stage = '' }: ApiStage,
  context: RequestContext,
): Promise<boolean> {
  const document = await apis.find(context, apiId);
  if (document) return document.stages.some(({ stageName }) => stageName === stage);
  const names = await (await webSocketStages()).stageNamesOf(context, apiId);
  return names?.includes(stage) ?? false;
}

/** The text is AWS's by LocalStack's code (2026-03). */
function noStage({ id }: StoredUsagePlan, { apiId, stage }: ApiStage) {
  return notFound(
    `Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${id}`,
  );
}

const PERIODS: readonly unknown[] = ['DAY', 'WEEK', 'MONTH'];

/** Wordings unverified. A burst may be above the rate (recorded 2025-09). */
function validate({ name, quota, throttle }: StoredUsagePlan): void {
  if (!name) throw badRequest('Usage plan name cannot be blank');
  if (quota && (!PERIODS.includes(quota.period) || (quota.limit ?? 0) <= 0)) {
    throw badRequest('Usage plan quota must have a limit above 0 and a period: DAY, WEEK, MONTH');
  }
  if (throttle && ((throttle.rateLimit ?? 0) < 0 || (throttle.burstLimit ?? 0) < 0)) {
    throw badRequest('Usage plan throttle limits cannot be negative');
  }
}
