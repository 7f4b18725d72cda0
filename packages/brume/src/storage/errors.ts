/** What can go wrong with a store that is not a defect of its own. */

/** The store was used after, or while, it was closed. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';

  constructor() {
    super('The store is closed.');
  }
}

/** More transactions wait than the store is willing to keep; nothing was written. */
export class StoreOverloadedError extends Error {
  override readonly name = 'StoreOverloadedError';

  constructor() {
    super('Too many transactions are waiting.');
  }
}
