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
import { badRequest } from '../../gateway/errors.ts';
import { validTags, withTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { RestState } from '../state.ts';
import { findStage } from './stages.ts';

interface Tagged {
  tags?: Record<string, string> | undefined;
}

type Change<Result> = (tagged: Tagged) => Result;

export async function getTags(
  { apis, ...collections }: RestState,
  { resourceArn }: GetTagsRequest,
  context: RequestContext,
): Promise<Tags> {
  const { kind, id, stageName } = parseArn(resourceArn, context);
  if (kind !== 'restapis') {
    const { tags = {} } = await collections[COLLECTIONS[kind]].get(context, id);
    return { tags };
  }
  const document = await apis.get(context, id);
  const { tags = {} } = stageName === undefined ? document.api : findStage(document, stageName);
  return { tags };
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

/** By how their ARNs name them. */
const COLLECTIONS = {
  apikeys: 'apiKeys',
  usageplans: 'usagePlans',
  domainnames: 'domainNames',
  vpclinks: 'vpcLinks',
  clientcertificates: 'clientCertificates',
} as const;

/** Private domain names alone have an account in theirs, and their ids. */
const ARN = /^arn:[\w-]+:apigateway:([\w-]+):(\d{12})?:\/(\w+)\/([^/]+)(?:\/stages\/([^/]+))?$/;

function parseArn(arn: string, context: RequestContext) {
  const [, region, accountId, kind = '', id = '', stageName] = ARN.exec(arn) ?? [];
  const isOwn =
    accountId === undefined || (kind === 'domainnames' && accountId === context.accountId);
  if (region === context.region && isOwn) {
    if (kind === 'restapis') return { kind, id, stageName } as const;
    if (stageName === undefined && isCollection(kind)) return { kind, id, stageName } as const;
  }
  // Recorded from AWS for integrations' ARNs.
  throw badRequest('Invalid ARN specified in the request');
}

function isCollection(kind: string): kind is keyof typeof COLLECTIONS {
  return Object.hasOwn(COLLECTIONS, kind);
}

async function change<Result>(
  { apis, ...collections }: RestState,
  arn: string,
  context: RequestContext,
  apply: Change<Result>,
): Promise<Result> {
  const { kind, id, stageName } = parseArn(arn, context);
  if (kind !== 'restapis') return collections[COLLECTIONS[kind]].update(context, id, apply);
  return apis.update(context, id, (document) =>
    apply(stageName === undefined ? document.api : findStage(document, stageName)),
  );
}
