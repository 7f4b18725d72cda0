/** OpenAPI documents as text, JSON or YAML, become values; and become text again. */
import { isScalar, parseDocument as parseYaml, stringify } from 'yaml';
import { badRequest } from '../errors.ts';
import { fieldsOf } from './values.ts';
import type { Fields } from './values.ts';

/** AWS's quota: "API definition file size for import" 6 MB. */
const DOCUMENT_BYTES_MAX = 6 * 1024 * 1024;
/** Ours: reading 1 MB of the worst takes 3 s, in which nothing else happens, and 600 MB. */
const YAML_BYTES_MAX = 1024 * 1024;
/** Each alias can repeat what others repeat. */
const ALIASES_MAX = 100;
/** Ours: objects and lists, each as often as it is repeated. */
const OBJECTS_MAX = 500_000;
const DEPTH_MAX = 200;

/** Recorded 2025-11, JSON and YAML alike. */
const INVALID = 'Invalid OpenAPI input.';

export function parseDocument(body: Uint8Array | string, invalid = INVALID): Fields {
  if (body.length > DOCUMENT_BYTES_MAX) {
    throw badRequest(`The document is larger than ${DOCUMENT_BYTES_MAX} bytes`);
  }
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const isJson = /^\s*[{[]/.test(text);
  if (!isJson && body.length > YAML_BYTES_MAX) {
    throw badRequest(`A document in YAML can have ${YAML_BYTES_MAX} bytes here; send it as JSON`);
  }
  const value = isJson ? fromJson(text) : fromYaml(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isTooMuch(value)) {
    throw badRequest(invalid);
  }
  return fieldsOf(value, 'the document');
}

/** What cannot be read is undefined, as is what is no document. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromYaml(text: string): unknown {
  try {
    const document = parseYaml(text, { merge: true, logLevel: 'silent' });
    if (document.errors.length > 0) return undefined;
    const version = document.getIn(['info', 'version'], true);
    // Else 1.10 would become 1.1.
    if (isScalar(version) && typeof version.value === 'number') version.value = version.source;
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch {
    return undefined;
  }
}

/** Whoever follows the document goes as deep as it does, and everywhere. */
function isTooMuch(document: object): boolean {
  let layer: object[] = [document];
  let objects = 1;
  for (let depth = 0; layer.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    const next: object[] = [];
    for (const each of layer) {
      for (const member of Object.values(each)) if (isObject(member)) next.push(member);
      if (objects + next.length > OBJECTS_MAX) return true;
    }
    objects += next.length;
    layer = next;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function toYaml(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}
