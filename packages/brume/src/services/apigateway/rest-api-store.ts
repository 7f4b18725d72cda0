/** Reads and changes documents of REST APIs, atomically, and knows the ids of all that exist. */
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import type { AwsError } from '../../model/aws-error.ts';
import {
  apiIdKey,
  apiIdRange,
  apiKey,
  apiRange,
  decodeDocument,
  decodeLocation,
  decodeSnapshot,
  deploymentKey,
  deploymentRange,
  encodeDocument,
  encodeJson,
  snapshotOf,
} from './rest-api-document.ts';
import type { RestApiDocument, Scope, Snapshot } from './rest-api-document.ts';
import { apiNotFound, conflict, limitReached } from './errors.ts';
import { APIS_MAX } from './limits.ts';

/** The error for an API that is not there, where an operation has another than most. */
export type Missing = () => AwsError;

const PAGE = 1_000;

export class RestApiStore {
  readonly #store: OrderedStore;
  /** Of all accounts and regions: what a request to an API carries. */
  readonly #ids: Set<string>;

  private constructor(store: OrderedStore, ids: Set<string>) {
    this.#store = store;
    this.#ids = ids;
  }

  static async open(store: OrderedStore): Promise<RestApiStore> {
    const ids = new Set<string>();
    let { start, end } = apiIdRange();
    for (;;) {
      const entries = await store.range({ start, end, limit: PAGE });
      for (const { value } of entries) ids.add(decodeLocation(value).apiId);
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) return new RestApiStore(store, ids);
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  async get(scope: Scope, apiId: string, missing?: Missing): Promise<RestApiDocument> {
    const value = await this.#store.get(apiKey(scope, apiId));
    if (!value) throw missing?.() ?? apiNotFound(scope.accountId, apiId);
    return decodeDocument(value);
  }

  /** What a deployment froze; undefined when there is no such deployment. */
  async snapshot(scope: Scope, apiId: string, deploymentId: string): Promise<Snapshot | undefined> {
    const value = await this.#store.get(deploymentKey(scope, apiId, deploymentId));
    return value && decodeSnapshot(value);
  }

  async list(scope: Scope): Promise<RestApiDocument[]> {
    const entries = await this.#store.range({ ...apiRange(scope), limit: APIS_MAX });
    return entries.map(({ value }) => decodeDocument(value));
  }

  async create(document: RestApiDocument): Promise<void> {
    const { accountId, region, api } = document;
    const idKey = apiIdKey(api.id);
    const others = await this.#store.range({ ...apiRange(document), limit: APIS_MAX });
    if (others.length >= APIS_MAX) throw limitReached('APIs', APIS_MAX);
    const value = encodeDocument(document);
    await this.#store.transact([idKey], ([taken]) => {
      if (taken) throw conflict(`An API with the identifier ${api.id} exists already`);
      const location = encodeJson({ accountId, region, apiId: api.id });
      const writes: Write[] = [
        { type: 'put', key: idKey, value: location },
        { type: 'put', key: apiKey(document, api.id), value },
      ];
      return { writes, result: undefined };
    });
    this.#ids.add(api.id);
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    change: (document: RestApiDocument) => Result,
    missing?: Missing,
  ): Promise<Result> {
    return this.#store.transact([apiKey(scope, apiId)], ([value]) => {
      if (!value) throw missing?.() ?? apiNotFound(scope.accountId, apiId);
      const document = decodeDocument(value);
      const deployed = deploymentIds(document);
      const result = change(document);
      return { writes: documentWrites(document, deployed), result };
    });
  }

  async remove(scope: Scope, apiId: string): Promise<void> {
    const key = apiKey(scope, apiId);
    await this.#store.transact([key], ([value]) => {
      if (!value) throw apiNotFound(scope.accountId, apiId);
      const writes: Write[] = [
        { type: 'delete', key },
        { type: 'delete', key: apiIdKey(apiId) },
        { type: 'delete-range', ...deploymentRange(scope, apiId) },
      ];
      return { writes, result: undefined };
    });
    this.#ids.delete(apiId);
  }
}

function deploymentIds(document: RestApiDocument): Set<string> {
  return new Set(document.deployments.map(({ id }) => id));
}

/** The document, a snapshot for every deployment that is new, and none for those that are gone. */
function documentWrites(document: RestApiDocument, deployed: ReadonlySet<string>): Write[] {
  const apiId = document.api.id;
  const present = deploymentIds(document);
  const key = (deploymentId: string) => deploymentKey(document, apiId, deploymentId);
  const writes: Write[] = [
    { type: 'put', key: apiKey(document, apiId), value: encodeDocument(document) },
  ];
  const added = [...present].filter((id) => !deployed.has(id));
  const snapshot = added.length === 0 ? undefined : encodeJson(snapshotOf(document));
  for (const id of added) if (snapshot) writes.push({ type: 'put', key: key(id), value: snapshot });
  for (const id of deployed) {
    if (!present.has(id)) writes.push({ type: 'delete', key: key(id) });
  }
  return writes;
}
