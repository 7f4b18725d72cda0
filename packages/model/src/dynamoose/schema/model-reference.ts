/** What a schema must know of a model that one of its attributes refers to. */

export interface ModelReference {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey: string | undefined;
  /** The DynamoDB type of a key attribute. */
  keyType(attribute: string): string | undefined;
  /** Reads the item that has this key. */
  fetch(key: unknown): Promise<unknown>;
}

export const modelReference = Symbol('model reference');

/** The model behind `value` when it is a model class (`User`) or the model itself (`User.Model`). */
export function referencedModel(value: unknown): ModelReference | undefined {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null))
    return undefined;
  const model = typeof value === 'function' ? (value as { Model?: unknown }).Model : value;
  const holder = model as { [modelReference]?: ModelReference } | null | undefined;
  return holder?.[modelReference];
}
