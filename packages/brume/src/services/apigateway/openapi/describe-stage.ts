/** What a stage serves, an endpoint at a time, for who documents it: portals. */
import { isPrivate } from '../endpoint-type.ts';
import { resourceNotFound } from '../errors.ts';
import type { EndpointDocumentation, RestStage } from '../port.ts';
import { methodOf, pathOf } from '../resources/find.ts';
import { findStage } from '../resources/stages.ts';
import type { RestApiDocument, Snapshot, StoredPart } from '../rest-api-document.ts';
import { writeDocument } from './write-document.ts';

/** `snapshotOf` reads what a deployment froze. */
export async function describeStage(
  document: RestApiDocument,
  stageName: string,
  snapshotOf: (deploymentId: string) => Promise<Snapshot | undefined>,
): Promise<RestStage> {
  const { deploymentId, documentationVersion } = findStage(document, stageName);
  const snapshot = await snapshotOf(deploymentId);
  if (!snapshot) throw resourceNotFound('Deployment');
  const version = document.versions.find((each) => each.version === documentationVersion);
  return {
    isPrivate: isPrivate(document.api),
    describe(path, httpMethod) {
      const only = withOnly(snapshot, path, httpMethod);
      const options = { isSwagger: false, extensions: new Set<never>(), parts: [] } as const;
      const place = { region: document.region, stageName, documentationVersion };
      return {
        document: writeDocument(only, { ...options, ...place }),
        documentation: documentationOf(version?.parts ?? [], path, httpMethod),
      };
    },
  };
}

/** The same API with one method: resources stay, as paths are made of them. */
function withOnly(snapshot: Snapshot, path: string, httpMethod: string): Snapshot {
  const wanted = snapshot.resources.find((resource) => pathOf(snapshot, resource) === path);
  if (!wanted) throw resourceNotFound('Resource');
  const method = methodOf(wanted, httpMethod);
  if (!method) throw resourceNotFound('Method');
  const resources = snapshot.resources.map((resource) => ({
    ...resource,
    methods: resource === wanted ? [method] : [],
  }));
  return { ...snapshot, resources };
}

/** The parts that apply to an endpoint, those that say most of it first: parts are inherited by path and method. */
function documentationOf(
  parts: readonly StoredPart[],
  path: string,
  httpMethod: string,
): EndpointDocumentation[] {
  const applying = parts.filter(({ location }) => {
    const { path: at = '/', method = '*' } = location ?? {};
    const isAbove = at === '/' || path === at || path.startsWith(`${at}/`);
    return isAbove && (method === '*' || method === httpMethod);
  });
  const weight = ({ location }: StoredPart) =>
    2 * (location?.path ?? '/').length + Number((location?.method ?? '*') !== '*');
  return applying
    .toSorted((left, right) => weight(right) - weight(left))
    .flatMap(({ location, properties }) => {
      const description = descriptionIn(properties);
      if (!location?.type || description === undefined) return [];
      const name = location.statusCode ?? location.name;
      return [{ type: location.type, name, description }];
    });
}

/** Parts are JSON of any kind; of what people read in them there are a description and a summary. */
function descriptionIn(properties = ''): string | undefined {
  try {
    const { description, summary } = Object(JSON.parse(properties)) as Record<string, unknown>;
    return [description, summary].find((text) => typeof text === 'string' && text !== '') as
      | string
      | undefined;
  } catch {
    return undefined;
  }
}
