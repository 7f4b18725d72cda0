/** Tags of APIs and stages, by ARN: `arn:aws:apigateway:{region}::/apis/{id}[/stages/{name}]`. */
import type {
  GetTagsRequest,
  GetTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { RequestContext } from '../../service.ts';
import type { ApiDocument } from '../api-document.ts';
import { badRequest } from '../../gateway/errors.ts';
import { resourceNotFound } from '../errors.ts';
import type { GatewayState } from '../state.ts';
import { validTags, withTags } from '../../gateway/tags.ts';

export async function getTags(
  { apis }: GatewayState,
  input: GetTagsRequest,
  context: RequestContext,
): Promise<GetTagsResponse> {
  const { apiId, stageName } = parseArn(input.ResourceArn, context);
  return { Tags: tagged(await apis.get(context, apiId), stageName).Tags ?? {} };
}

export async function tagResource(
  { apis }: GatewayState,
  input: TagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { apiId, stageName } = parseArn(input.ResourceArn, context);
  await apis.update(context, apiId, 'settings', (document) => {
    const resource = tagged(document, stageName);
    resource.Tags = withTags(resource.Tags, input.Tags);
    validTags(resource.Tags);
  });
  return {};
}

export async function untagResource(
  { apis }: GatewayState,
  input: UntagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const { apiId, stageName } = parseArn(input.ResourceArn, context);
  await apis.update(context, apiId, 'settings', (document) => {
    const resource = tagged(document, stageName);
    const tags = withTags(resource.Tags, {});
    for (const key of input.TagKeys) delete tags[key];
    resource.Tags = tags;
  });
  return {};
}

/** What carries the tags. */
function tagged(document: ApiDocument, stageName: string | undefined) {
  if (stageName === undefined) return document.api;
  const stage = document.stages.find((each) => each.StageName === stageName);
  if (!stage) throw resourceNotFound('stage');
  return stage;
}

function parseArn(arn: string, { region }: RequestContext) {
  const match = /^arn:[\w-]+:apigateway:([\w-]+)::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn);
  // Recorded from AWS (first version of the service).
  if (!match || match[1] !== region) throw badRequest('Invalid ARN specified in the request');
  const [, , apiId = '', stageName] = match;
  return { apiId, stageName };
}
