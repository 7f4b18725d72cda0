/** Routing rules: which stage a request to a custom domain name leads to, by its headers and its path. */
import type {
  CreateRoutingRuleRequest,
  DeleteRoutingRuleRequest,
  GetRoutingRuleRequest,
  ListRoutingRulesRequest,
  ListRoutingRulesResponse,
  PutRoutingRuleRequest,
  RoutingRule,
  RoutingRuleInput,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { KeptDomainName, KeptRoutingRule } from '../../apigateway/port.ts';
import { refuseOuterSlashes } from '../../gateway/custom-domain.ts';
import { badRequest, conflict, notFound } from '../../gateway/errors.ts';
import { keyOfToken, pageAfter, tokenOf } from '../../gateway/paging.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { ROUTING_RULE_ID_LENGTH } from '../identifiers.ts';
import {
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  ROUTING_RULES_MAX,
  RULE_ALTERNATIVES_MAX,
  RULE_CONDITIONS_MAX,
  RULE_PRIORITY_MAX,
} from '../limits.ts';
import type { GatewayState } from '../state.ts';
import { checkKind, checkStage } from './api-mappings.ts';

export async function createRoutingRule(
  state: GatewayState,
  input: CreateRoutingRuleRequest,
  context: RequestContext,
): Promise<RoutingRule> {
  const { DomainName, DomainNameId } = input;
  const RoutingRuleId = state.apis.newId(ROUTING_RULE_ID_LENGTH);
  const { valid, target } = await validRule(state, input, context);
  const rule = { ...valid, RoutingRuleId };
  const port = await state.domainNames();
  const change = (domain: KeptDomainName) => {
    checkKind(domain, target);
    if (domain.routingRules.length >= ROUTING_RULES_MAX) throw limitReached('RoutingRules');
    add(domain, rule);
    return described(domain, rule);
  };
  return port.update(context, DomainName, change, DomainNameId);
}

export async function getRoutingRule(
  { domainNames }: GatewayState,
  { DomainName, DomainNameId, RoutingRuleId }: GetRoutingRuleRequest,
  context: RequestContext,
): Promise<RoutingRule> {
  const domain = await (await domainNames()).get(context, DomainName, DomainNameId);
  return described(domain, find(domain, RoutingRuleId));
}

export async function listRoutingRules(
  { domainNames }: GatewayState,
  input: ListRoutingRulesRequest,
  context: RequestContext,
): Promise<ListRoutingRulesResponse> {
  const { DomainName, DomainNameId, MaxResults = PAGE_SIZE_DEFAULT, NextToken } = input;
  const domain = await (await domainNames()).get(context, DomainName, DomainNameId);
  const after = NextToken === undefined ? undefined : keyOfToken(NextToken);
  if (NextToken !== undefined && after === undefined)
    throw badRequest('Invalid nextToken specified');
  const size = Math.max(1, Math.min(MaxResults, PAGE_SIZE_MAX));
  const byId = (rule: KeptRoutingRule) => rule.RoutingRuleId;
  const { page, lastKey } = pageAfter(domain.routingRules, { after, size }, byId);
  return {
    RoutingRules: page.map((rule) => described(domain, rule)),
    NextToken: lastKey === undefined ? undefined : tokenOf(lastKey),
  };
}

export async function putRoutingRule(
  state: GatewayState,
  input: PutRoutingRuleRequest,
  context: RequestContext,
): Promise<RoutingRule> {
  const { DomainName, DomainNameId, RoutingRuleId } = input;
  const { valid, target } = await validRule(state, input, context);
  const rule = { ...valid, RoutingRuleId };
  const port = await state.domainNames();
  const change = (domain: KeptDomainName) => {
    checkKind(domain, target);
    remove(domain, RoutingRuleId);
    add(domain, rule);
    return described(domain, rule);
  };
  return port.update(context, DomainName, change, DomainNameId);
}

export async function deleteRoutingRule(
  { domainNames }: GatewayState,
  { DomainName, DomainNameId, RoutingRuleId }: DeleteRoutingRuleRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const port = await domainNames();
  const change = (domain: KeptDomainName) => remove(domain, RoutingRuleId);
  await port.update(context, DomainName, change, DomainNameId);
  return {};
}

function find({ routingRules }: KeptDomainName, id: string): KeptRoutingRule {
  const rule = routingRules.find(({ RoutingRuleId }) => RoutingRuleId === id);
  if (!rule) throw notFound('Invalid routing rule identifier specified');
  return rule;
}

function remove(domain: KeptDomainName, id: string): void {
  const rule = find(domain, id);
  domain.routingRules = domain.routingRules.filter((each) => each !== rule);
}

/** Which of two rules is asked first must be known. */
function add(domain: KeptDomainName, rule: KeptRoutingRule): void {
  const { Priority } = rule;
  if (domain.routingRules.some((each) => each.Priority === Priority)) {
    throw conflict(`A routing rule with the priority ${Priority} already exists`);
  }
  domain.routingRules.push(rule);
}

/** By AWS's developer guide, "Routing rules"; wordings unverified. */
async function validRule(
  state: GatewayState,
  { Actions, Conditions, Priority }: RoutingRuleInput,
  context: RequestContext,
) {
  if (Priority < 1 || Priority > RULE_PRIORITY_MAX) {
    throw badRequest(`The priority of a routing rule must be between 1 and ${RULE_PRIORITY_MAX}`);
  }
  const [action, ...others] = Actions;
  if (!action || others.length > 0) throw badRequest('A routing rule must have exactly one action');
  const { ApiId, Stage } = action.InvokeApi;
  const target = await checkStage(state, ApiId, Stage, context);
  if (Conditions.length > RULE_CONDITIONS_MAX) {
    throw badRequest(`A routing rule has at most ${RULE_CONDITIONS_MAX} conditions`);
  }
  const paths = Conditions.filter(({ MatchBasePaths }) => MatchBasePaths);
  if (paths.length > 1) throw badRequest('A routing rule has at most one condition on base paths');
  for (const { MatchBasePaths, MatchHeaders } of Conditions) {
    const alternatives = [...(MatchBasePaths?.AnyOf ?? []), ...(MatchHeaders?.AnyOf ?? [])];
    if (alternatives.length === 0 || (MatchBasePaths && MatchHeaders)) {
      throw badRequest('A condition matches either base paths or headers');
    }
    if (alternatives.length > RULE_ALTERNATIVES_MAX) {
      throw badRequest(`A condition has at most ${RULE_ALTERNATIVES_MAX} values`);
    }
    MatchBasePaths?.AnyOf.forEach(refuseOuterSlashes);
    // As the documentation has it; a star anywhere else would stand for itself.
    if (MatchHeaders?.AnyOf.some(({ ValueGlob }) => !/^\*?[^*]*\*?$/.test(ValueGlob))) {
      throw badRequest('Values of headers may have * at their beginning and their end only');
    }
  }
  return { valid: { Actions, Conditions, Priority }, target };
}

function described({ domainNameArn }: KeptDomainName, rule: KeptRoutingRule): RoutingRule {
  return { ...rule, RoutingRuleArn: `${domainNameArn}/routingrules/${rule.RoutingRuleId}` };
}
