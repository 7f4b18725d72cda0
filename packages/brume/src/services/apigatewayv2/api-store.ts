/** Reads and changes API documents, atomically, and has every change published to the data plane. */
import type { Clock, Random } from '../../environment/environment.ts';
import type { OrderedStore, Write } from '../../storage/ordered-store.ts';
import {
  apiIdKey,
  apiKey,
  apiRange,
  decodeDocument,
  decodeSnapshot,
  deploymentKey,
  deploymentRange,
  encodeJson,
  snapshotOf,
} from './api-document.ts';
import type { ApiDocument, Scope, Snapshot } from './api-document.ts';
import { autoDeploy } from './auto-deploy.ts';
import type { DeploymentSeed } from './auto-deploy.ts';
import { apiNotFound, conflict } from './errors.ts';
import { DEPLOYMENT_ID_LENGTH, newId } from './identifiers.ts';
import type { Publisher } from './publisher.ts';

/**
 * What a change touches: `configuration` (routes, integrations, authorizers, CORS) reaches stages by
 * deployment, `settings` (of stages, tags) at once.
 */
export type ChangeKind = 'configuration' | 'settings';

export class ApiStore {
  readonly #store: OrderedStore;
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(
    store: OrderedStore,
    publisher: Publisher,
    environment: { readonly clock: Clock; readonly random: Random },
  ) {
    this.#store = store;
    this.#publisher = publisher;
    this.#clock = environment.clock;
    this.#random = environment.random;
  }

  newId(length: number): string {
    return newId(this.#random, length);
  }

  seed(): DeploymentSeed {
    return { deploymentId: this.newId(DEPLOYMENT_ID_LENGTH), now: this.now() };
  }

  /** In whole seconds, as AWS writes the times of its resources. */
  now(): Date {
    return new Date(Math.floor(this.#clock.nowMs() / 1000) * 1000);
  }

  async get(scope: Scope, apiId: string): Promise<ApiDocument> {
    const value = await this.#store.get(apiKey(scope, apiId));
    if (!value) throw apiNotFound(scope.accountId, apiId);
    return decodeDocument(value);
  }

  /** What a deployment froze; undefined when there is no such deployment. */
  async snapshot(
    { accountId, region, api }: ApiDocument,
    id: string,
  ): Promise<Snapshot | undefined> {
    const value = await this.#store.get(deploymentKey({ accountId, region }, api.ApiId, id));
    return value && decodeSnapshot(value);
  }

  /** APIs after the given id, in the order of their ids, one more than `limit` if there are more. */
  async list(scope: Scope, after: string | undefined, limit: number): Promise<ApiDocument[]> {
    const { start, end } = apiRange(scope);
    // The key itself, followed by nothing that could belong to another id: the next key there is.
    const from = after === undefined ? start : Buffer.concat([apiKey(scope, after), Buffer.of(0)]);
    const entries = await this.#store.range({ start: from, end, limit: limit + 1 });
    return entries.map((entry) => decodeDocument(entry.value));
  }

  async create(document: ApiDocument): Promise<void> {
    const { accountId, region } = document;
    const { ApiId: apiId } = document.api;
    const idKey = apiIdKey(apiId);
    autoDeploy(document, this.seed());
    await this.#store.transact([idKey], ([taken]) => {
      if (taken) throw conflict(`An API with the identifier ${apiId} exists already`);
      const location = encodeJson({ accountId, region, apiId });
      const writes: Write[] = [{ type: 'put', key: idKey, value: location }];
      return { writes: [...writes, ...documentWrites(document, new Set())], result: undefined };
    });
    await this.#publisher.refresh(document, apiId);
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    kind: ChangeKind,
    change: (document: ApiDocument) => Result,
  ): Promise<Result> {
    const seed = this.seed();
    const result = await this.#store.transact([apiKey(scope, apiId)], ([value]) => {
      if (!value) throw apiNotFound(scope.accountId, apiId);
      const document = decodeDocument(value);
      const deployed = deploymentIds(document);
      const result = change(document);
      if (kind === 'configuration') autoDeploy(document, seed);
      return { writes: documentWrites(document, deployed), result };
    });
    await this.#publisher.refresh(scope, apiId);
    return result;
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
    await this.#publisher.refresh(scope, apiId);
  }
}

function deploymentIds(document: ApiDocument): Set<string> {
  return new Set(document.deployments.map((deployment) => deployment.DeploymentId));
}

/** The document, a snapshot for every deployment that is new, and none for those that are gone. */
function documentWrites(document: ApiDocument, deployed: ReadonlySet<string>): Write[] {
  const { ApiId: apiId } = document.api;
  const present = deploymentIds(document);
  const snapshot = encodeJson(snapshotOf(document));
  const key = (deploymentId: string) => deploymentKey(document, apiId, deploymentId);
  const writes: Write[] = [
    { type: 'put', key: apiKey(document, apiId), value: encodeJson(document) },
  ];
  for (const id of present) {
    if (!deployed.has(id)) writes.push({ type: 'put', key: key(id), value: snapshot });
  }
  for (const id of deployed) {
    if (!present.has(id)) writes.push({ type: 'delete', key: key(id) });
  }
  return writes;
}
