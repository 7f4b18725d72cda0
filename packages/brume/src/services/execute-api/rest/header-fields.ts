/** Header fields of a message: found by name whatever its case, written as whoever set them wrote them. */

interface Field {
  readonly name: string;
  readonly values: string[];
}

export class HeaderFields {
  readonly #fields = new Map<string, Field>();

  /** Of names and values alternating, as they come from the wire. */
  static of(raw: readonly string[]): HeaderFields {
    const fields = new HeaderFields();
    for (let at = 0; at + 1 < raw.length; at += 2) fields.append(raw[at] ?? '', raw[at + 1] ?? '');
    return fields;
  }

  /** Where there is room for one value, it is the last. */
  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.values.at(-1);
  }

  all(name: string): readonly string[] | undefined {
    return this.#fields.get(name.toLowerCase())?.values;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  set(name: string, ...values: string[]): void {
    this.#fields.set(name.toLowerCase(), { name, values });
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const field = this.#fields.get(key);
    if (field) field.values.push(value);
    else this.#fields.set(key, { name, values: [value] });
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  /** Names as written, each once. */
  [Symbol.iterator](): IterableIterator<Field> {
    return this.#fields.values();
  }

  get size(): number {
    return this.#fields.size;
  }

  copy(): HeaderFields {
    const copied = new HeaderFields();
    for (const { name, values } of this) copied.set(name, ...values);
    return copied;
  }
}
