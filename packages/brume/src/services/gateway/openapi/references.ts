/** Follows `$ref` within a document. */
import { badRequest } from '../errors.ts';
import { fieldsOf, textOf } from './values.ts';
import type { Fields } from './values.ts';

/** References that lead to references. */
const STEPS_MAX = 10;

/** What a reference leads to; anything else is itself. */
export function resolved(root: Fields, value: unknown, place: string): Fields {
  let fields = fieldsOf(value, place);
  for (let step = 0; step < STEPS_MAX; step++) {
    const reference = textOf(fields.get('$ref'), `${place}.$ref`);
    if (reference === undefined) return fields;
    fields = target(root, reference);
  }
  throw badRequest(`Invalid OpenAPI input: ${place} has references that never end.`);
}

function target(root: Fields, reference: string): Fields {
  if (!reference.startsWith('#/')) {
    throw badRequest(`Invalid OpenAPI input: ${reference} is not within the document.`);
  }
  let at = root;
  for (const part of reference.slice(2).split('/')) {
    const found = at.get(part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (found === undefined) throw badRequest(`Invalid OpenAPI input: there is no ${reference}.`);
    at = fieldsOf(found, reference);
  }
  return at;
}
