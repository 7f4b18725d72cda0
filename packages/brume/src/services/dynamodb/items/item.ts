/**
 * An item in the store: a header of two sizes, then the wire JSON of its attributes. What is answered
 * whole is never parsed, what is written is serialized once.
 */
import { EncodedJson } from '../../../model/encoded-json.ts';
import type { AttributeMap } from './attribute-value.ts';
import { attributesSizeBytes } from './attribute-value.ts';
import { equalAttributes } from './comparison.ts';
import { pageSizeBytes } from '../pages/page-size.ts';

const HEADER_BYTES = 8;
const PAGE_SIZE_AT = 4;

export class Item {
  /** What the item counts for in limits and capacity. */
  readonly sizeBytes: number;
  /** The stored form. */
  readonly bytes: Buffer;
  #attributes: AttributeMap | undefined;

  private constructor(bytes: Buffer, attributes: AttributeMap | undefined) {
    this.bytes = bytes;
    this.sizeBytes = bytes.readUInt32BE(0);
    this.#attributes = attributes;
  }

  static stored(value: Uint8Array): Item {
    return new Item(Buffer.from(value.buffer, value.byteOffset, value.byteLength), undefined);
  }

  /** `sortName` is the table's sort attribute, which a page counts in its own way. */
  static of(
    attributes: AttributeMap,
    sortName: string | undefined,
    sizeBytes = attributesSizeBytes(attributes),
  ): Item {
    const text = JSON.stringify(attributes);
    const textBytes = Buffer.byteLength(text, 'utf8');
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + textBytes);
    bytes.writeUInt32BE(sizeBytes, 0);
    bytes.writeUInt32BE(pageSizeBytes(attributes, sortName), PAGE_SIZE_AT);
    bytes.write(text, HEADER_BYTES, textBytes, 'utf8');
    return new Item(bytes, attributes);
  }

  /** What the item counts for in the megabyte of a page. */
  get pageBytes(): number {
    return this.bytes.readUInt32BE(PAGE_SIZE_AT);
  }

  get attributes(): AttributeMap {
    this.#attributes ??= JSON.parse(this.#text()) as AttributeMap;
    return this.#attributes;
  }

  /** The wire JSON of the attributes, UTF-8. */
  get json(): Buffer {
    return this.bytes.subarray(HEADER_BYTES);
  }

  /** The item as a member of an answer. */
  encoded(): AttributeMap {
    return new EncodedJson(this.#text()) as unknown as AttributeMap;
  }

  /** The same attributes, in whatever order they were written. */
  sameAs(other: Item): boolean {
    if (this.sizeBytes !== other.sizeBytes) return false;
    return this.bytes.equals(other.bytes) || equalAttributes(this.attributes, other.attributes);
  }

  #text(): string {
    return this.bytes.toString('utf8', HEADER_BYTES);
  }
}
