/** Reads and changes documents of REST APIs, and knows the ids of all that exist. */
import type { AwsError } from '../../model/aws-error.ts';
import type { DocumentStore, Scope } from '../gateway/document-store.ts';
import { apiNotFound } from '../gateway/errors.ts';
import type { Publisher } from '../gateway/publisher.ts';
import { limitReached } from './errors.ts';
import { APIS_MAX } from './limits.ts';
import type { PublishedRestStage } from './port.ts';
import type { RestApiDocument, Snapshot } from './rest-api-document.ts';

/** The error for an API that is not there, where an operation has another than most. */
export type Missing = () => AwsError;

export type RestDocuments = DocumentStore<RestApiDocument, Snapshot>;
export type RestStagePublisher = Publisher<RestApiDocument, Snapshot, PublishedRestStage>;

export class RestApiStore {
  readonly #documents: RestDocuments;
  readonly #publisher: RestStagePublisher;
  /** Of all accounts and regions: what a request to an API carries. */
  readonly #ids = new Set<string>();

  constructor(documents: RestDocuments, publisher: RestStagePublisher) {
    this.#documents = documents;
    this.#publisher = publisher;
  }

  /** Publishes all there are, and answers with the accounts and regions that have some. */
  async open(): Promise<Scope[]> {
    const scopes = new Map<string, Scope>();
    for await (const { accountId, region, apiId } of this.#documents.locations()) {
      this.#ids.add(apiId);
      scopes.set(`${accountId} ${region}`, { accountId, region });
    }
    await this.#publisher.load();
    return [...scopes.values()];
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  async find(scope: Scope, apiId: string): Promise<RestApiDocument | undefined> {
    return this.#documents.find(scope, apiId);
  }

  async get(scope: Scope, apiId: string, missing?: Missing): Promise<RestApiDocument> {
    const document = await this.find(scope, apiId);
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
    await this.#publisher.refresh(document, document.api.id);
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    change: (document: RestApiDocument) => Result,
    missing?: Missing,
  ): Promise<Result> {
    let isSeen = false;
    const changed = (document: RestApiDocument) => {
      const before = JSON.stringify(document.stages);
      const result = change(document);
      isSeen = before !== JSON.stringify(document.stages);
      return result;
    };
    const result = await this.#documents.update(scope, apiId, changed, missing);
    // What is not deployed is no reason for the data plane to forget what it has cached.
    if (isSeen) await this.#publisher.refresh(scope, apiId);
    return result;
  }

  /** Tells a stage anew, so that the data plane forgets what it has cached for it. */
  republish(apiId: string, stageName: string): void {
    this.#publisher.republish(apiId, stageName);
  }

  async remove(scope: Scope, apiId: string): Promise<void> {
    await this.#documents.remove(scope, apiId);
    this.#ids.delete(apiId);
    await this.#publisher.refresh(scope, apiId);
  }
}
