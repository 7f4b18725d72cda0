/** Items, and tokens, that a transaction is under way with: who comes for them meanwhile is refused. */
export class ItemHolds {
  readonly #held = new Set<string>();

  has(name: string | undefined): boolean {
    return name !== undefined && this.#held.has(name);
  }

  /** Holds those names until `use` is done. None of them may be held. */
  async during<Result>(names: readonly string[], use: () => Promise<Result>): Promise<Result> {
    for (const name of names) this.#held.add(name);
    try {
      return await use();
    } finally {
      for (const name of names) this.#held.delete(name);
    }
  }
}
