/** What an item needs of its model. */
import type { AttributeMap } from '../../attribute-value.ts';
import type { Operation } from '../aws/ddb.ts';
import type { Plain } from '../deep-copy.ts';
import type { ItemSaveSettings, ModelDeleteSettings, PopulateSettings } from '../public-types.ts';
import type { Direction } from '../schema/attribute-types.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { Serializer } from '../serializer.ts';
import type { Item } from './item.ts';

export interface ItemModel {
  readonly name: string;
  readonly serializer: Serializer;
  /** Hash key, and range key where there is one. */
  readonly keyNames: readonly string[];
  createItem(): Item;
  schemaFor(item: Plain, direction: Direction): CompiledSchema;
  /** The name by which the application knows an attribute of `item`. */
  shownName(attribute: string, item: Plain): string;
  isExpired(stored: Plain): boolean;
  itemAttributes(
    item: Plain,
    known: { original: Plain | null; stored: boolean },
  ): Promise<AttributeMap>;
  putRequest(attributes: AttributeMap, settings: ItemSaveSettings): Promise<object>;
  send<R extends object>(operation: Operation, request: object): Promise<R>;
  delete(key: unknown, settings: ModelDeleteSettings): Promise<unknown>;
  populate<T extends Item>(item: T, settings: PopulateSettings): Promise<T>;
}
