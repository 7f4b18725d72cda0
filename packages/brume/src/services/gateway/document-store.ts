/**
 * Keeps APIs: a document each, with all that belongs to it, so that what its parts promise each other
 * (a route's integration exists, a stage's deployment exists) is kept by one atomic write. What a
 * deployment froze is a snapshot under a key of its own, written and deleted with the deployment.
 */
import type { AwsError } from '../../model/aws-error.ts';
import { encodeKey, prefixRange } from '../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import { apiNotFound, conflict } from './errors.ts';

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface Location extends Scope {
  readonly apiId: string;
}

/** One version's documents: how they are named, written and read. */
export interface DocumentFormat<Document extends Scope, Snapshot extends object> {
  /** The first part of all keys. */
  readonly service: string;
  /** Names documents in keys. */
  readonly kind: string;
  readonly idOf: (document: Document) => string;
  readonly deploymentIds: (document: Document) => readonly string[];
  readonly snapshotOf: (document: Document) => Snapshot;
  /** Throws where the document is larger than one may be. */
  readonly encode: (document: Document) => Buffer;
  /** Makes dates, in place, of what JSON made text of. */
  readonly reviveDocument: (document: Document) => void;
  readonly reviveSnapshot: (snapshot: Snapshot) => void;
}

const DEPLOYMENT = 'deployment';
const LOCATIONS_PER_READ = 1_000;

export class DocumentStore<Document extends Scope, Snapshot extends object> {
  readonly #store: OrderedStore;
  readonly #format: DocumentFormat<Document, Snapshot>;

  constructor(store: OrderedStore, format: DocumentFormat<Document, Snapshot>) {
    this.#store = store;
    this.#format = format;
  }

  async find(scope: Scope, apiId: string): Promise<Document | undefined> {
    const value = await this.#store.get(this.#apiKey(scope, apiId));
    return value && this.#decode(value);
  }

  /** What deployments froze, without those that are not there. */
  async snapshots(
    scope: Scope,
    apiId: string,
    deploymentIds: readonly string[],
  ): Promise<Map<string, Snapshot>> {
    const keys = deploymentIds.map((id) => this.#deploymentKey(scope, apiId, id));
    const values = await this.#store.getMany(keys);
    const found = new Map<string, Snapshot>();
    for (const [index, id] of deploymentIds.entries()) {
      const value = values[index];
      if (!value) continue;
      const snapshot = parse(value) as Snapshot;
      this.#format.reviveSnapshot(snapshot);
      found.set(id, snapshot);
    }
    return found;
  }

  /** APIs after the given id, in the order of their ids. */
  async list(scope: Scope, after: string | undefined, limit: number): Promise<Document[]> {
    const { service, kind } = this.#format;
    const { start, end } = prefixRange([service, scope.accountId, scope.region, kind]);
    const from = after === undefined ? start : following(this.#apiKey(scope, after));
    const entries = await this.#store.range({ start: from, end, limit });
    return entries.map(({ value }) => this.#decode(value));
  }

  /** Where all APIs are, of all accounts and regions. */
  async *locations(): AsyncGenerator<Location> {
    let { start, end } = prefixRange([this.#format.service, 'ids']);
    for (;;) {
      const entries = await this.#store.range({ start, end, limit: LOCATIONS_PER_READ });
      for (const { value } of entries) yield parse(value) as Location;
      const last = entries.at(-1);
      if (!last || entries.length < LOCATIONS_PER_READ) return;
      start = following(last.key);
    }
  }

  async create(document: Document): Promise<void> {
    const { accountId, region } = document;
    const apiId = this.#format.idOf(document);
    const idKey = this.#idKey(apiId);
    await this.#store.transact([idKey], ([taken]) => {
      if (taken) throw conflict(`An API with the identifier ${apiId} exists already`);
      const location: Location = { accountId, region, apiId };
      const writes: Write[] = [{ type: 'put', key: idKey, value: toJson(location) }];
      return { writes: [...writes, ...this.#writes(document, new Set())], result: undefined };
    });
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    change: (document: Document) => Result,
    missing: () => AwsError = () => apiNotFound(scope.accountId, apiId),
  ): Promise<Result> {
    return this.#store.transact([this.#apiKey(scope, apiId)], ([value]) => {
      if (!value) throw missing();
      const document = this.#decode(value);
      const deployed = new Set(this.#format.deploymentIds(document));
      const result = change(document);
      return { writes: this.#writes(document, deployed), result };
    });
  }

  async remove(scope: Scope, apiId: string): Promise<void> {
    const key = this.#apiKey(scope, apiId);
    const { service } = this.#format;
    await this.#store.transact([key], ([value]) => {
      if (!value) throw apiNotFound(scope.accountId, apiId);
      const deployments = [service, scope.accountId, scope.region, DEPLOYMENT, apiId];
      const writes: Write[] = [
        { type: 'delete', key },
        { type: 'delete', key: this.#idKey(apiId) },
        { type: 'delete-range', ...prefixRange(deployments) },
      ];
      return { writes, result: undefined };
    });
  }

  /** The document, a snapshot for every deployment that is new, and none for those that are gone. */
  #writes(document: Document, deployed: ReadonlySet<string>): Write[] {
    const { idOf, deploymentIds, snapshotOf, encode } = this.#format;
    const apiId = idOf(document);
    const present = new Set(deploymentIds(document));
    const key = (deploymentId: string) => this.#deploymentKey(document, apiId, deploymentId);
    const writes: Write[] = [
      { type: 'put', key: this.#apiKey(document, apiId), value: encode(document) },
    ];
    const added = [...present].filter((id) => !deployed.has(id));
    const snapshot = added.length === 0 ? undefined : toJson(snapshotOf(document));
    for (const id of added) {
      if (snapshot) writes.push({ type: 'put', key: key(id), value: snapshot });
    }
    for (const id of deployed) {
      if (!present.has(id)) writes.push({ type: 'delete', key: key(id) });
    }
    return writes;
  }

  #decode(value: Uint8Array): Document {
    const document = parse(value) as Document;
    this.#format.reviveDocument(document);
    return document;
  }

  #apiKey({ accountId, region }: Scope, apiId: string): Buffer {
    const { service, kind } = this.#format;
    return encodeKey([service, accountId, region, kind, apiId]);
  }

  #deploymentKey({ accountId, region }: Scope, apiId: string, deploymentId: string): Buffer {
    return encodeKey([this.#format.service, accountId, region, DEPLOYMENT, apiId, deploymentId]);
  }

  /**
   * Where an API is, by its id alone, which is all that a request to it carries: ids are unique among
   * all accounts and regions. `ids` can be no account's number.
   */
  #idKey(apiId: string): Buffer {
    return encodeKey([this.#format.service, 'ids', apiId]);
  }
}

/** The next key that there can be. */
function following(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}

/** Makes a date of what JSON made text of. */
export function reviveDate<Name extends string>(
  item: { [name in Name]?: Date | undefined },
  name: Name,
): void {
  const text = item[name];
  if (text !== undefined) item[name] = new Date(text);
}

export function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parse(value: Uint8Array): unknown {
  return JSON.parse(Buffer.from(value).toString('utf8'));
}
