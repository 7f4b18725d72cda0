/**
 * Bringing items that were there before into what was added to their table since: a global index, or
 * time to live. Goes on beside requests, whose own changes are already followed; where it is is kept
 * in the store, so that it goes on after a restart.
 */
import type { Timers } from '../../../environment/environment.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { Entry, OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { Background } from '../background.ts';
import type { Catalog } from './catalog.ts';
import { dueSeconds, enabledAttribute, itemDue } from '../expiry/expiry.ts';
import { indexEntry } from '../items/index-maintenance.ts';
import { Item } from '../items/item.ts';
import { afterKey, afterPrefix } from '../items/key.ts';
import { BACKFILL_CHUNK, PAGE_BYTES_MAX } from '../limits.ts';
import type { Table, TableDefinition } from './table.ts';
import { vectorEntry } from '../vectors/vector-index.ts';

const NOTES = ['dynamodb', '-', '-', 'backfill'];

interface Note {
  readonly accountId: string;
  readonly region: string;
  readonly tableName: string;
  readonly tableId: string;
  /** What is filled: a global or vector index, or, where undefined, the queue of expiring items. */
  readonly indexName?: string;
  /** The key of the last item seen, base64. */
  readonly after?: string;
}

/** To be written with the change of the table that asks for it. */
export function noteBackfill(definition: TableDefinition, indexName?: string): Write {
  const { accountId, region, tableName, tableId } = definition;
  const note: Note = { accountId, region, tableName, tableId, ...(indexName && { indexName }) };
  return putNote(encodeKey([...NOTES, tableId, indexName ?? '']), note);
}

export class Backfills {
  readonly #store: OrderedStore;
  readonly #catalog: Catalog;
  readonly #background: Background;

  constructor(store: OrderedStore, catalog: Catalog, timers: Timers, log: Logger) {
    this.#store = store;
    this.#catalog = catalog;
    this.#background = new Background('backfill', timers, log, () => this.#step());
  }

  wake(): void {
    this.#background.wake();
  }

  idle(): Promise<void> {
    return this.#background.idle();
  }

  close(): Promise<void> {
    return this.#background.close();
  }

  async #step(): Promise<boolean> {
    const store = this.#store;
    const [entry] = await store.range({ ...prefixRange(NOTES), limit: 1 });
    if (entry === undefined) return false;
    const note = JSON.parse(Buffer.from(entry.value).toString('utf8')) as Note;
    const table = await this.#catalog.find(note.tableName, note);
    if (table?.definition.tableId !== note.tableId) await this.#finish(entry, note);
    else await this.#fill(entry, note, table);
    return true;
  }

  async #fill(entry: Entry, note: Note, table: Table): Promise<void> {
    const store = this.#store;
    const after = note.after === undefined ? undefined : Buffer.from(note.after, 'base64');
    const items = await store.range({
      start: after === undefined ? table.prefix : afterKey(after),
      end: afterPrefix(table.prefix),
      limit: BACKFILL_CHUNK,
      bytesMax: PAGE_BYTES_MAX,
    });
    const last = items.at(-1);
    if (last === undefined) {
      await this.#finish(entry, note);
      return;
    }
    const keys = items.map(({ key }) => Buffer.from(key));
    const seen = Buffer.from(last.key).toString('base64');
    await store.transact([table.catalogKey, ...keys], ([catalogValue, ...values]) => {
      // A table that has changed is looked up again in the next step.
      if (catalogValue === undefined || !table.bytes.equals(catalogValue)) {
        this.#catalog.forget(table);
        return { writes: [], result: undefined };
      }
      const writes = values.flatMap((value, at) =>
        value === undefined ? [] : additions(table, note, keys[at] as Buffer, Item.stored(value)),
      );
      return {
        writes: [...writes, putNote(entry.key, { ...note, after: seen })],
        result: undefined,
      };
    });
  }

  /** The note goes with the index's becoming ready, so that neither is without the other. */
  async #finish({ key }: Entry, note: Note): Promise<void> {
    const done: Write = { type: 'delete', key };
    await this.#catalog.change(note.tableName, note, (table) => {
      const definition = table?.definition;
      if (definition?.tableId !== note.tableId) {
        return { next: definition, writes: [done], result: undefined };
      }
      return { next: filled(definition, note.indexName), writes: [done], result: undefined };
    });
  }
}

function filled(definition: TableDefinition, indexName: string | undefined): TableDefinition {
  if (indexName === undefined) return definition;
  const ready = <Index extends { readonly indexName: string }>(index: Index) =>
    index.indexName === indexName ? { ...index, backfilling: false } : index;
  const { globalIndexes, vectorIndexes } = definition;
  return {
    ...definition,
    globalIndexes: globalIndexes.map(ready),
    ...(vectorIndexes && { vectorIndexes: vectorIndexes.map(ready) }),
  };
}

function additions(table: Table, note: Note, itemKey: Buffer, item: Item): Write[] {
  if (note.indexName === undefined) {
    const name = enabledAttribute(table);
    const seconds = name === undefined ? undefined : dueSeconds(item.attributes, name);
    return seconds === undefined ? [] : [itemDue(table, itemKey, item.attributes, seconds)];
  }
  const index = table.indexes.find(({ name }) => name === note.indexName);
  const vectors = table.vectorIndexes.find(({ name }) => name === note.indexName);
  if (vectors !== undefined) {
    const { key, value } = vectorEntry(table, vectors, itemKey, item) ?? {};
    return key && value ? [{ type: 'put', key, value }] : [];
  }
  const entry = index && indexEntry(table, index, itemKey, item);
  return entry === undefined ? [] : [{ type: 'put', key: entry.key, value: entry.item.bytes }];
}

function putNote(key: Uint8Array, note: Note): Write {
  return { type: 'put', key, value: Buffer.from(JSON.stringify(note)) };
}
