/** Items, and tokens, that somebody is under way with: who comes for them meanwhile is refused. */
export class ItemHolds {
  readonly #held = new Map<string, { readonly holder: string; count: number }>();

  /** Who holds what has that name; undefined where nobody does. */
  holder(name: string | undefined): string | undefined {
    return name === undefined ? undefined : this.#held.get(name)?.holder;
  }

  /** Holds those names until `use` is done. None of them may be held by others. */
  async during<Result>(
    names: readonly string[],
    holder: string,
    use: () => Promise<Result>,
  ): Promise<Result> {
    for (const name of names) {
      const hold = this.#held.get(name);
      if (hold === undefined) this.#held.set(name, { holder, count: 1 });
      else hold.count++;
    }
    try {
      return await use();
    } finally {
      for (const name of names) this.#release(name);
    }
  }

  #release(name: string): void {
    const hold = this.#held.get(name);
    if (hold === undefined) return;
    hold.count--;
    if (hold.count === 0) this.#held.delete(name);
  }
}
