/**
 * Tags by ARN: `arn:aws:apigateway:{region}::/restapis/{id}[/stages/{name}]`, keys, plans, domains,
 * links, certificates.
 */
import type {
  GetTagsRequest,
  TagResourceRequest,
  Tags,
  UntagResourceRequest,
} from '../../../model/generated/apigateway.types.ts';
import type { RequestContext } from '../../service.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RestState } from '../state.ts';
import { validTags, withTags } from '../../gateway/tags.ts';
import { findStage } from './stages.ts';

interface Tagged {
  tags?: Record<string, string> | undefined;
}

type Change<Result> = (tagged: Tagged) => Result;

export async function getTags(
  state: RestState,
  { resourceArn }: GetTagsRequest,
  context: RequestContext,
): Promise<Tags> {
  return change(state, resourceArn, context, ({ tags }) => ({ tags: tags ?? {} }));
}

export async function tagResource(
  state: RestState,
  { resourceArn, tags }: TagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  return change(state, resourceArn, context, (tagged) => {
    tagged.tags = validTags(withTags(tagged.tags, tags));
    return {};
  });
}

export async function untagResource(
  state: RestState,
  { resourceArn, tagKeys }: UntagResourceRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  return change(state, resourceArn, context, (tagged) => {
    const tags = withTags(tagged.tags, {});
    for (const key of tagKeys) delete tags[key];
    tagged.tags = tags;
    return {};
  });
}

const ARN =
  /^arn:[\w-]+:apigateway:([\w-]+)::\/(restapis|apikeys|usageplans|domainnames|vpclinks|clientcertificates)\/([^/]+)(?:\/stages\/([^/]+))?$/;

async function change<Result>(
  { apis, ...collections }: RestState,
  arn: string,
  context: RequestContext,
  apply: Change<Result>,
): Promise<Result> {
  const match = ARN.exec(arn);
  // Recorded from AWS for integrations' ARNs.
  if (!match || match[1] !== context.region) {
    throw badRequest('Invalid ARN specified in the request');
  }
  const [, , kind, id = '', stageName] = match;
  if (kind === 'restapis') {
    return apis.update(context, id, (document) =>
      apply(stageName === undefined ? document.api : findStage(document, stageName)),
    );
  }
  if (stageName !== undefined) throw badRequest('Invalid ARN specified in the request');
  const { apiKeys, usagePlans, domainNames, vpcLinks, clientCertificates } = collections;
  switch (kind) {
    case 'apikeys':
      return apiKeys.update(context, id, apply);
    case 'usageplans':
      return usagePlans.update(context, id, apply);
    case 'vpclinks':
      return vpcLinks.update(context, id, apply);
    case 'clientcertificates':
      return clientCertificates.update(context, id, apply);
    default:
      return domainNames.update(context, id, apply);
  }
}
