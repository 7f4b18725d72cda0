/** Reads and changes API documents, and has every change published to the data plane. */
import type { Clock, Random } from '../../environment/environment.ts';
import type { DocumentStore, Scope } from '../gateway/document-store.ts';
import { apiNotFound } from '../gateway/errors.ts';
import { newId } from '../gateway/identifiers.ts';
import type { Publisher } from '../gateway/publisher.ts';
import type { ApiDocument, Snapshot } from './api-document.ts';
import { autoDeploy } from './auto-deploy.ts';
import type { DeploymentSeed } from './auto-deploy.ts';
import { DEPLOYMENT_ID_LENGTH } from './identifiers.ts';
import type { AnyStage } from './websocket-stage.ts';

/**
 * What a change touches: `configuration` (routes, integrations, authorizers, CORS) reaches stages by
 * deployment, `settings` (of stages, tags) at once.
 */
export type ChangeKind = 'configuration' | 'settings';

export type ApiPublisher = Publisher<ApiDocument, Snapshot, AnyStage>;

export class ApiStore {
  readonly #documents: DocumentStore<ApiDocument, Snapshot>;
  readonly #publisher: ApiPublisher;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(
    documents: DocumentStore<ApiDocument, Snapshot>,
    publisher: ApiPublisher,
    environment: { readonly clock: Clock; readonly random: Random },
  ) {
    this.#documents = documents;
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

  async find(scope: Scope, apiId: string): Promise<ApiDocument | undefined> {
    return this.#documents.find(scope, apiId);
  }

  async get(scope: Scope, apiId: string): Promise<ApiDocument> {
    const document = await this.find(scope, apiId);
    if (!document) throw apiNotFound(scope.accountId, apiId);
    return document;
  }

  /** What a deployment froze; undefined when there is no such deployment. */
  async snapshot(document: ApiDocument, deploymentId: string): Promise<Snapshot | undefined> {
    const { ApiId: apiId } = document.api;
    return (await this.#documents.snapshots(document, apiId, [deploymentId])).get(deploymentId);
  }

  /** APIs after the given id, in the order of their ids. */
  async list(scope: Scope, after: string | undefined, limit: number): Promise<ApiDocument[]> {
    return this.#documents.list(scope, after, limit);
  }

  async create(document: ApiDocument): Promise<void> {
    autoDeploy(document, this.seed());
    await this.#documents.create(document);
    await this.#publisher.refresh(document, document.api.ApiId);
  }

  /** Applies `change` to the document; it may be called again with a fresh one. */
  async update<Result>(
    scope: Scope,
    apiId: string,
    kind: ChangeKind,
    change: (document: ApiDocument) => Result,
  ): Promise<Result> {
    const seed = this.seed();
    const result = await this.#documents.update(scope, apiId, (document) => {
      const changed = change(document);
      if (kind === 'configuration') autoDeploy(document, seed);
      return changed;
    });
    await this.#publisher.refresh(scope, apiId);
    return result;
  }

  async remove(scope: Scope, apiId: string): Promise<void> {
    await this.#documents.remove(scope, apiId);
    await this.#publisher.refresh(scope, apiId);
  }
}
