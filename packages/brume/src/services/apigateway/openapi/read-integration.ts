/** `x-amazon-apigateway-integration`, as REST APIs take it. */
import type {
  Integration,
  IntegrationResponse,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import {
  booleanOf,
  fieldsOf,
  numberOf,
  scalarTextOf,
  textOf,
  textsOf,
} from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import { newIntegration } from '../resources/integrations.ts';

/** Where an integration stands, and who is told what of it is left out. */
export interface IntegrationPlace {
  readonly path: string;
  readonly verb: string;
  readonly warnings: string[];
}

const TYPES = ['HTTP', 'AWS', 'MOCK', 'HTTP_PROXY', 'AWS_PROXY'] as const;
const HANDLINGS = ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT'] as const;

/** Without a cache namespace it is empty: that is the id of the resource. */
export function readIntegration(fields: Fields, at: IntegrationPlace): Integration {
  const { path, verb } = at;
  const place = `paths.${path}.${verb.toLowerCase()}.x-amazon-apigateway-integration`;
  const text = (name: string) => textOf(fields.get(name), `${place}.${name}`);
  const chosen = <Value extends string>(name: string, values: readonly Value[]) =>
    oneOf(text(name)?.toUpperCase(), values, `${place}.${name}`);
  const type = chosen('type', TYPES);
  if (type === undefined) throw badRequest(`Invalid OpenAPI input: ${place}.type must be given.`);
  const { insecureSkipVerification } = Object.fromEntries(fieldsOf(fields.get('tlsConfig'), place));
  const integration = newIntegration('', {
    type,
    integrationHttpMethod: text('httpMethod')?.toUpperCase(),
    uri: text('uri'),
    connectionType: chosen('connectionType', ['INTERNET', 'VPC_LINK']),
    connectionId: text('connectionId'),
    credentials: text('credentials'),
    requestParameters: texts(fields, 'requestParameters', at),
    requestTemplates: texts(fields, 'requestTemplates', at),
    passthroughBehavior: text('passthroughBehavior')?.toUpperCase(),
    contentHandling: chosen('contentHandling', HANDLINGS),
    timeoutInMillis: numberOf(fields.get('timeoutInMillis'), `${place}.timeoutInMillis`),
    cacheNamespace: text('cacheNamespace'),
    cacheKeyParameters: textsOf(fields.get('cacheKeyParameters'), `${place}.cacheKeyParameters`),
    tlsConfig: fields.has('tlsConfig')
      ? { insecureSkipVerification: booleanOf(insecureSkipVerification, `${place}.tlsConfig`) }
      : undefined,
    responseTransferMode: chosen('responseTransferMode', ['BUFFERED', 'STREAM']),
    integrationTarget: text('integrationTarget'),
  });
  integration.integrationResponses = readResponses(
    fields.get('responses'),
    `${place}.responses`,
    at,
  );
  return integration;
}

function oneOf<Value extends string>(
  value: string | undefined,
  values: readonly Value[],
  place: string,
): Value | undefined {
  if (value === undefined) return undefined;
  const found = values.find((each) => each === value);
  if (found) return found;
  throw badRequest(`Invalid OpenAPI input: ${place} must be one of: [${values.join(', ')}]`);
}

/** By the pattern that selects them in the document, by status in the API. */
function readResponses(
  value: unknown,
  place: string,
  at: IntegrationPlace,
): Integration['integrationResponses'] {
  const responses = [...fieldsOf(value, place)].map(([pattern, each]): IntegrationResponse => {
    const fields = fieldsOf(each, `${place}.${pattern}`);
    const statusCode = scalarTextOf(fields.get('statusCode'), `${place}.${pattern}.statusCode`);
    if (!/^[1-5]\d\d$/.test(statusCode ?? '')) {
      throw badRequest(`Invalid status code specified: ${statusCode}`);
    }
    const handling = textOf(fields.get('contentHandling'), place)?.toUpperCase();
    return {
      statusCode,
      selectionPattern: pattern === 'default' ? undefined : pattern,
      responseParameters: texts(fields, 'responseParameters', at),
      responseTemplates: texts(fields, 'responseTemplates', at),
      contentHandling: oneOf(handling, HANDLINGS, `${place}.contentHandling`),
    };
  });
  if (responses.length === 0) return undefined;
  return Object.fromEntries(responses.map((each) => [each.statusCode ?? '', each]));
}

/** A map of texts, without what is no text: AWS leaves that out and warns (recorded 2025-07). */
function texts(
  fields: Fields,
  member: string,
  { path, verb, warnings }: IntegrationPlace,
): Record<string, string> | undefined {
  if (!fields.has(member)) return undefined;
  const kept: [string, string][] = [];
  for (const [name, value] of fieldsOf(fields.get(member), member)) {
    if (typeof value === 'string') kept.push([name, value]);
    else {
      warnings.push(
        `Invalid format for '${member}'. Expected type string for property '${name}' of resource '${path}' and method '${verb}' but got '${JSON.stringify(value)}'`,
      );
    }
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
