/** What one rendering may still spend. Everything that loops over what users control charges here. */
import { COLLECTION_SIZE_MAX, STEPS_MAX, TEXT_LENGTH_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';

export class Budget {
  #steps = STEPS_MAX;

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw limitFault(`${STEPS_MAX} steps`);
  }

  /** A text that a template made, if it is not too long. */
  text(text: string): string {
    this.length(text.length);
    this.handle(text.length);
    return text;
  }

  /** Charges for going through so many characters, or elements, once. */
  handle(length: number): void {
    this.spend(length / 32);
  }

  /** Asks before a text of `length` is made. */
  length(length: number): void {
    if (length > TEXT_LENGTH_MAX) throw limitFault(`${TEXT_LENGTH_MAX} characters`);
  }

  /** Charges for looking for one text in another, which may compare each character with each. */
  search(length: number, wanted: number): void {
    this.spend(length / 16 + (length * wanted) / 1024);
  }

  /** Asks before a collection grows to `size`. */
  collection(size: number): void {
    if (size > COLLECTION_SIZE_MAX) throw limitFault(`${COLLECTION_SIZE_MAX} elements`);
  }
}
