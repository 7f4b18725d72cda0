/** What a portal shows of an operation: its OpenAPI document, read, with what the documentation adds. */
import type { EndpointDocumentation, RestEndpoint } from '../../apigateway/port.ts';
import type { SiteContent, SiteOperation, SiteParameter } from '../../portal-site/port.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas refer to each other, and to themselves. */
const SCHEMA_NODES_MAX = 2_000;
const SCHEMA_DEPTH_MAX = 20;

const PARTS = {
  path: 'PATH_PARAMETER',
  query: 'QUERY_PARAMETER',
  header: 'REQUEST_HEADER',
} as const;

export function siteOperation({ document, documentation }: RestEndpoint): SiteOperation {
  const operation = only(only(asObject(document['paths'])));
  const components = asObject(document['components']);
  const schemas = asObject(components['schemas']);
  const schemes = asObject(components['securitySchemes']);
  const body = asObject(operation['requestBody']);
  const responses = Object.entries(asObject(operation['responses'])).map(([status, value]) => ({
    status,
    description: described(documentation, 'RESPONSE', status),
    content: contentOf(value, schemas),
  }));
  return {
    parameters: asArray(operation['parameters']).flatMap((each) => parameter(each, documentation)),
    requestBody: contentOf(body, schemas),
    responses,
    security: asArray(operation['security']).flatMap((each) =>
      Object.keys(asObject(each)).map((name) => headerOf(asObject(own(schemes, name)))),
    ),
  };
}

function parameter(value: unknown, documentation: readonly EndpointDocumentation[]) {
  const { name, in: place, required } = asObject(value);
  if (typeof name !== 'string' || !isPlace(place)) return [];
  const found: SiteParameter = {
    name,
    in: place,
    required: required === true,
    description: described(documentation, PARTS[place], name),
  };
  return [found];
}

function isPlace(value: unknown): value is keyof typeof PARTS {
  return typeof value === 'string' && Object.hasOwn(PARTS, value);
}

/** The header in which a caller shows who he is. */
function headerOf({ name }: Json): string {
  return typeof name === 'string' && name !== 'Unused' ? name : 'Authorization';
}

function contentOf(value: unknown, schemas: Json): SiteContent[] {
  return Object.entries(asObject(asObject(value)['content'])).map(([type, media]) => {
    const { schema } = asObject(media);
    const expanded = new SchemaReader(schemas).expand(schema, []);
    return { type, schema: schema && JSON.stringify(expanded, undefined, 2) };
  }) as SiteContent[];
}

function described(
  documentation: readonly EndpointDocumentation[],
  type: string,
  name: string,
): string | undefined {
  return documentation.find((part) => part.type === type && part.name === name)?.description;
}

/** Writes out what schemas refer to, but for what is within itself, or too much. */
class SchemaReader {
  readonly #schemas: Json;
  #nodes = 0;

  constructor(schemas: Json) {
    this.#schemas = schemas;
  }

  expand(value: unknown, within: readonly string[]): unknown {
    if (typeof value !== 'object' || value === null) return value;
    this.#nodes += 1;
    if (this.#nodes > SCHEMA_NODES_MAX || within.length > SCHEMA_DEPTH_MAX) return {};
    if (Array.isArray(value)) return value.map((each) => this.expand(each, [...within, '']));
    const reference = (value as Json)['$ref'];
    const name = /^#\/components\/schemas\/([^/]+)$/.exec(String(reference))?.[1];
    if (name !== undefined && Object.hasOwn(this.#schemas, name)) {
      return within.includes(name) ? value : this.expand(this.#schemas[name], [...within, name]);
    }
    const members = Object.entries(value);
    return Object.fromEntries(
      members.map(([key, each]) => [key, this.expand(each, [...within, ''])] as const),
    );
  }
}

/** The only member of an object that has one. */
function only(object: Json): Json {
  return asObject(Object.values(object)[0]);
}

function own(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
