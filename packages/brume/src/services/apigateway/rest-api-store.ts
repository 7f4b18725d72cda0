/** Reads and changes documents of REST APIs, and knows the ids of all that exist. */
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { AwsError } from '../../model/aws-error.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import type { Scope } from '../gateway/document-store.ts';
import { apiNotFound } from '../gateway/errors.ts';
import { restApiFormat } from './rest-api-document.ts';
import type { RestApiDocument, Snapshot } from './rest-api-document.ts';
import { limitReached } from './errors.ts';
import { APIS_MAX } from './limits.ts';

/** The error for an API that is not there, where an operation has another than most. */
export type Missing = () => AwsError;

export class RestApiStore {
  readonly #documents: DocumentStore<RestApiDocument, Snapshot>;
  /** Of all accounts and regions: what a request to an API carries. */
  readonly #ids = new Set<string>();

  private constructor(store: OrderedStore) {
    this.#documents = new DocumentStore(store, restApiFormat);
  }

  static async open(store: OrderedStore): Promise<RestApiStore> {
    const opened = new RestApiStore(store);
    for await (const { apiId } of opened.#documents.locations()) opened.#ids.add(apiId);
    return opened;
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  async get(scope: Scope, apiId: string, missing?: Missing): Promise<RestApiDocument> {
    const document = await this.#documents.find(scope, apiId);
    if (!document) throw missing?.() ?? apiNotFound(scope.accountId, apiId);
    return document;
  }

  /** What a deployment froze; undefined when there is no such deployment. */
  async snapshot(scope: Scope, apiId: string, deploymentId: string): Promise<Snapshot | undefined> {
    return (await this.#documents.snapshots(scope, apiId, [deploymentId])).get(deploymentId);
  }

  async list(scope: Scope): Promise<RestApiDocument[]> {
    return this.#documents.list(scope, undefined, APIS_MAX);
  }

  async create(document: RestApiDocument): Promise<void> {
    if ((await this.list(document)).length >= APIS_MAX) throw limitReached('APIs', APIS_MAX);
    await this.#documents.create(document);
    this.#ids.add(document.api.id);
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    change: (document: RestApiDocument) => Result,
    missing?: Missing,
  ): Promise<Result> {
    return this.#documents.update(scope, apiId, change, missing);
  }

  async remove(scope: Scope, apiId: string): Promise<void> {
    await this.#documents.remove(scope, apiId);
    this.#ids.delete(apiId);
  }
}
