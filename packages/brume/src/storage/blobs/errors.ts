/** There is no blob of this id. */
export class BlobNotFoundError extends Error {
  override readonly name = 'BlobNotFoundError';

  constructor(id: string) {
    super(`There is no blob ${id}.`);
  }
}
