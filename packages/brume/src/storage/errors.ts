/** What can go wrong with a store that is not a defect of its own. */

/** The store was used after, or while, it was closed. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';

  constructor() {
    super('The store is closed.');
  }
}
