/**
 * A mapping template that writes an example of a model, for its user to fill in: `foo`, 42 and true for
 * what is not known, as AWS writes, and a loop for each array.
 */
type Json = Readonly<Record<string, unknown>>;

/** Schemas may contain themselves. */
const DEPTH_MAX = 10;

export function sampleTemplate(schema: string): string {
  const root = jsonObject(schema);
  return `#set($inputRoot = $input.path('$'))\n${sample(root, root, '')}`;
}

function sample(root: Json, value: unknown, indent: string): string {
  const schema = resolved(root, value);
  const deeper = `${indent}  `;
  if (deeper.length > 2 * DEPTH_MAX) return '"foo"';
  switch (typeOf(schema)) {
    case 'object': {
      const properties = Object.entries(asObject(schema['properties']));
      const members = properties.map(
        ([name, each]) => `${deeper}${JSON.stringify(name)} : ${sample(root, each, deeper)}`,
      );
      return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
    }
    case 'array':
      return [
        '[',
        `${deeper}##Let this loop go over an array of the input`,
        `${deeper}#foreach($elem in $inputRoot)`,
        `${deeper}${sample(root, schema['items'], deeper)}#if($foreach.hasNext),#end`,
        `${deeper}#end`,
        `${indent}]`,
      ].join('\n');
    case 'integer':
    case 'number':
      return '42';
    case 'boolean':
      return 'true';
    default:
      return '"foo"';
  }
}

function typeOf(schema: Json): unknown {
  const { type, properties } = schema;
  return Array.isArray(type) ? type[0] : (type ?? (properties && 'object'));
}

function resolved(root: Json, value: unknown): Json {
  const schema = asObject(value);
  const name = /^#\/definitions\/([^/]+)$/.exec(String(schema['$ref']))?.[1];
  if (name === undefined) return schema;
  const definitions = asObject(root['definitions']);
  return Object.hasOwn(definitions, name) ? asObject(definitions[name]) : {};
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

/** A schema can be any text. */
function jsonObject(text: string): Json {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}
