/** Schemas of a document as models: those with names, and those that stand where they are used. */
import { createHash } from 'node:crypto';
import { badRequest } from '../../gateway/errors.ts';
import { fieldsOf, textOf } from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { StoredModel } from '../rest-api-document.ts';

/** How models refer to each other (recorded 2025-07). */
export function modelUrl(apiId: string, name: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`;
}

const REFERENCE = /^#\/(?:definitions|components\/schemas)\/([^/]+)$/;

export class SchemaReader {
  readonly #models = new Map<string, StoredModel>();
  readonly #apiId: string;
  readonly #newId: () => string;

  constructor(apiId: string, definitions: Fields, newId: () => string) {
    this.#apiId = apiId;
    this.#newId = newId;
    for (const [name, schema] of definitions) this.#add(name, schema);
  }

  get models(): StoredModel[] {
    return [...this.#models.values()];
  }

  /** The model of a schema: the one that it refers to, or one of its own. */
  nameOf(schema: unknown, place: string): string {
    const reference = textOf(fieldsOf(schema, place).get('$ref'), `${place}.$ref`);
    if (reference === undefined) return this.#unnamed(schema);
    const name = REFERENCE.exec(reference)?.[1] ?? '';
    if (!this.#models.has(name)) {
      throw badRequest(`Invalid OpenAPI input: there is no ${reference}.`);
    }
    return name;
  }

  /** As AWS names them, by what they are: equal schemas are one model. */
  #unnamed(schema: unknown): string {
    const hash = createHash('sha256').update(JSON.stringify(schema)).digest('hex');
    const name = `MODEL${hash.slice(0, 6)}`;
    if (!this.#models.has(name)) this.#add(name, schema);
    return name;
  }

  #add(name: string, schema: unknown): void {
    const description = fieldsOf(schema, name).get('description');
    this.#models.set(name, {
      id: this.#newId(),
      name,
      description: typeof description === 'string' ? description : undefined,
      schema: JSON.stringify(this.#withUrls(schema), undefined, 2),
      contentType: 'application/json',
    });
  }

  #withUrls(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#withUrls(each));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, each]: [string, unknown]) => {
      const name =
        key === '$ref' && typeof each === 'string' ? REFERENCE.exec(each)?.[1] : undefined;
      return [
        key,
        name === undefined ? this.#withUrls(each) : modelUrl(this.#apiId, name),
      ] as const;
    });
    return Object.fromEntries(members);
  }
}
