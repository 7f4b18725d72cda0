/** Models as schemas of a document, which refer to each other there. */
import type { StoredModel } from '../rest-api-document.ts';

type Json = Record<string, unknown>;

/** The last part of `https://apigateway.amazonaws.com/restapis/{id}/models/{name}`. */
const MODEL_URL = /^https?:\/\/[^/]+\/restapis\/[^/]+\/models\/([^/]+)$/;

/** `names` of the models that a document needs, with those that they refer to. */
export function writeSchemas(
  models: readonly StoredModel[],
  names: Iterable<string>,
  prefix: string,
): Json {
  const written = new Map<string, unknown>();
  const wanted = [...names];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const schema = models.find((model) => model.name === name)?.schema;
    if (schema === undefined || written.has(name)) continue;
    const references: string[] = [];
    written.set(name, withReferences(parse(schema), prefix, references));
    wanted.push(...references);
  }
  return Object.fromEntries(written);
}

/** A schema need not be JSON: models take any text. */
function parse(schema: string): unknown {
  try {
    return JSON.parse(schema);
  } catch {
    return {};
  }
}

function withReferences(value: unknown, prefix: string, references: string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => withReferences(each, prefix, references));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]: [string, unknown]) => {
    const name = key === '$ref' && typeof each === 'string' ? MODEL_URL.exec(each)?.[1] : undefined;
    if (name === undefined) return [key, withReferences(each, prefix, references)] as const;
    references.push(name);
    return [key, `${prefix}${name}`] as const;
  });
  return Object.fromEntries(members);
}
