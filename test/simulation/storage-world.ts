/**
 * A small world under one seed: clients that read, decide, write and keep blobs, all at once, on the
 * real storage engines; power cuts at moments nobody chose; and a history that everything seen is
 * checked against, before and after each cut.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Simulation } from '../../packages/brume/src/environment/simulated.ts';
import type { SimulatedEnvironment } from '../../packages/brume/src/environment/simulated.ts';
import type { BlobStore } from '../../packages/brume/src/storage/blob-store.ts';
import { createFileBlobStore } from '../../packages/brume/src/storage/blobs/file-blob-store.ts';
import { encodeKey, prefixRange } from '../../packages/brume/src/storage/key-encoding.ts';
import type { OrderedStore, Range, Write } from '../../packages/brume/src/storage/ordered-store.ts';
import { History, lookAtKeys, lookAtRange, showEntries, showValues } from './history.ts';
import { inLives } from './scratch.ts';
import { openSimulatedStore, planPowerCut } from './simulated-store.ts';
import type { Trace } from './trace.ts';

const LIVES = 4;
const CLIENTS = 6;
const KEYS = 24;
const STEPS_MAX = 400;
const PAUSE_MS_MAX = 8;
const BLOBS_PER_CLIENT = 3;
const BLOB_BYTES_MAX = 20_000;
const ANSWER_SHOWN_MAX = 200;
const WHOLE = { start: Buffer.alloc(0), end: Buffer.of(0xff), limit: Infinity };

class Refused extends Error {}

/** Lets the world of this seed happen. Rejects when something was seen that must not be. */
export async function runStorageWorld(seed: number, trace: Trace): Promise<void> {
  const simulation = new Simulation(seed);
  const history = new History();
  await inLives(LIVES, async (folder, next, life) => {
    trace(`life ${life}`);
    const world = new Life(simulation, history, simulation.environment(folder), trace);
    await simulation.run(world.live(next));
  });
}

class Life {
  readonly #simulation: Simulation;
  readonly #history: History;
  readonly #environment: SimulatedEnvironment;
  readonly #trace: Trace;
  #dead = false;

  constructor(
    simulation: Simulation,
    history: History,
    environment: SimulatedEnvironment,
    trace: Trace,
  ) {
    this.#simulation = simulation;
    this.#history = history;
    this.#environment = environment;
    this.#trace = trace;
  }

  /** From opening what the life before has left to the power cut, whose remains are in `next`. */
  async live(next: string): Promise<void> {
    const environment = this.#environment;
    const folder = join(environment.disk.folder, 'blobs');
    const store = await openSimulatedStore(environment);
    const blobs = await createFileBlobStore({ folder, environment });
    const found = await store.range(WHOLE);
    this.#say(`found ${found.length} entries`, showEntries(found));
    this.#history.recover(found);
    await this.#checkBlobs(store, blobs);

    const steps = 1 + this.#simulation.prng.below(STEPS_MAX);
    planPowerCut(environment, steps, next, () => {
      this.#say('power cut');
      this.#dead = true;
    });
    const clients = Array.from({ length: CLIENTS }, (_, client) => client);
    await Promise.all(clients.map((client) => this.#client(client, store, blobs)));
    await store.close();
  }

  async #client(client: number, store: OrderedStore, blobs: BlobStore): Promise<void> {
    const { prng } = this.#simulation;
    while (!this.#dead) {
      await new Promise<void>((resolve) => {
        this.#environment.timers.after(prng.fraction() * PAUSE_MS_MAX, resolve);
      });
      if (this.#dead) return;
      const choice = prng.fraction();
      if (choice < 0.5) await this.#transact(client, store);
      else if (choice < 0.65) await this.#readKeys(client, store);
      else if (choice < 0.8) await this.#readRange(client, store);
      else await this.#changeBlob(client, store, blobs);
    }
  }

  async #transact(client: number, store: OrderedStore): Promise<void> {
    const { prng } = this.#simulation;
    const keys = this.#some(3, () => this.#key());
    const writes = prng.chance(0.1) ? [] : this.#some(4, () => this.#write());
    await this.#commit(client, store, keys, writes, prng.chance(0.15));
  }

  /** Commits to the store and to the history, which must agree on what the decision is made from. */
  async #commit(
    client: number,
    store: OrderedStore,
    keys: readonly Buffer[],
    writes: readonly Write[],
    refuse = false,
  ): Promise<void> {
    const history = this.#history;
    let seen = 0;
    const committed = store.transact(keys, (values) => {
      // What commits after the cut is no part of history.
      if (this.#dead) return { writes: [], result: undefined };
      assert.equal(showValues(values), lookAtKeys(keys)(history.newest));
      if (!refuse) history.commit(writes);
      seen = history.length;
      if (refuse) throw new Refused();
      return { writes, result: undefined };
    });
    await committed.catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
    });
    const outcome = refuse ? 'was refused' : `committed version ${seen}:`;
    this.#told(client, outcome, writes.map(describe).join(', '), () => history.observe(seen));
  }

  async #readKeys(client: number, store: OrderedStore): Promise<void> {
    const keys = this.#some(3, () => this.#key());
    const since = this.#history.length;
    const [first] = keys;
    const single = keys.length === 1 && first !== undefined;
    const values = single ? [await store.get(first)] : await store.getMany(keys);
    this.#told(client, 'read', showValues(values), () => {
      this.#history.observeRead(since, showValues(values), lookAtKeys(keys));
    });
  }

  async #readRange(client: number, store: OrderedStore): Promise<void> {
    const { prng } = this.#simulation;
    const [start, end] = [this.#key(), this.#key()];
    const range: Range = { start, end, limit: prng.below(KEYS), reverse: prng.chance(0.5) };
    const since = this.#history.length;
    const seen = showEntries(await store.range(range));
    this.#told(client, 'ranged', seen, () => {
      this.#history.observeRead(since, seen, lookAtRange(range));
    });
  }

  /** Replaces one of the client's own blobs: bytes, then metadata, then away with the old bytes. */
  async #changeBlob(client: number, store: OrderedStore, blobs: BlobStore): Promise<void> {
    const { prng } = this.#simulation;
    const key = encodeKey(['blob', client, prng.below(BLOBS_PER_CLIENT)]);
    const old = this.#history.newest.get(key.toString('hex'));
    const { id, sha256 } = await blobs.write(
      Buffer.alloc(prng.below(BLOB_BYTES_MAX), prng.bytes(7)),
    );
    if (this.#dead) return;
    const value = Buffer.from(`${id} ${sha256}`);
    await this.#commit(client, store, [key], [{ type: 'put', key, value }]);
    if (this.#dead || old === undefined) return;
    const [oldId = ''] = Buffer.from(old, 'hex').toString().split(' ');
    await blobs.delete(oldId);
    this.#told(client, 'deleted blob', oldId, () => {});
  }

  /** Metadata never points at bytes that are not there. */
  async #checkBlobs(store: OrderedStore, blobs: BlobStore): Promise<void> {
    const metadata = await store.range({ ...prefixRange(['blob']), limit: Infinity });
    for (const { value } of metadata) {
      const [id = '', sha256] = Buffer.from(value).toString().split(' ');
      const bytes = await buffer(blobs.read(id));
      assert.equal(createHash('sha256').update(bytes).digest('base64'), sha256, `blob ${id}`);
    }
    this.#say(`${metadata.length} blobs are whole`);
  }

  /** A client hears an answer, unless the power went before. */
  #told(client: number, what: string, answer: string, observe: () => void): void {
    if (this.#dead) return;
    this.#say(`client ${client} ${what}`, answer);
    observe();
  }

  #say(what: string, answer = ''): void {
    const digest = createHash('sha256').update(answer).digest('hex').slice(0, 8);
    const short = answer.length <= ANSWER_SHOWN_MAX ? answer : `${answer.length} digits, ${digest}`;
    this.#trace(`${this.#simulation.elapsedMs.toFixed(3)} ms ${what} ${short}`);
  }

  #some<Thing>(atMost: number, make: () => Thing): Thing[] {
    return Array.from({ length: 1 + this.#simulation.prng.below(atMost) }, make);
  }

  #key(): Buffer {
    return encodeKey(['key', this.#simulation.prng.below(KEYS)]);
  }

  #write(): Write {
    const { prng } = this.#simulation;
    const kind = prng.fraction();
    if (kind < 0.1) return { type: 'delete-range', start: this.#key(), end: this.#key() };
    if (kind < 0.3) return { type: 'delete', key: this.#key() };
    const value = Buffer.alloc(prng.chance(0.1) ? 5000 : prng.below(30), prng.bytes(3));
    return { type: 'put', key: this.#key(), value };
  }
}

function describe(write: Write): string {
  if (write.type === 'delete-range')
    return `delete ${shortKey(write.start)}–${shortKey(write.end)}`;
  if (write.type === 'delete') return `delete ${shortKey(write.key)}`;
  return `put ${shortKey(write.key)} (${write.value.length} bytes)`;
}

/** The number at the end of the key. */
function shortKey(key: Uint8Array): string {
  return String(key.at(-1));
}
