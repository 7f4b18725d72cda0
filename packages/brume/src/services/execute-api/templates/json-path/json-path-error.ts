/** A text that is no JSON path, or a function that cannot be applied: both stop an evaluation. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}
