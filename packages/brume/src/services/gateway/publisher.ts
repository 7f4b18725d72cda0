/**
 * Tells a data plane what the store holds. It goes by state, not by event: a refresh reads the API as it
 * is now and tells that, so refreshes that overlap cannot bring back what is gone.
 */
import type { Logger } from '../../telemetry/log.ts';
import type { DocumentStore, Location, Scope } from './document-store.ts';
import type { StageFeed, StageListener } from './port.ts';
import { Refreshes } from './refreshes.ts';

/** What a version of the service makes of its documents. */
export interface Publication<Document, Snapshot, Stage> {
  /** The deployments that stages serve. */
  readonly servedIds: (document: Document) => readonly string[];
  /** Stages by name, of the deployments that are there. */
  readonly stagesOf: (
    document: Document,
    snapshots: ReadonlyMap<string, Snapshot>,
  ) => Map<string, Stage> | Promise<Map<string, Stage>>;
}

export class Publisher<
  Document extends Scope,
  Snapshot extends object,
  Stage,
> implements StageFeed<Stage> {
  readonly #documents: DocumentStore<Document, Snapshot>;
  readonly #publication: Publication<Document, Snapshot, Stage>;
  readonly #log: Logger;
  /** The stages last told, by API and by name. */
  readonly #stages = new Map<string, Map<string, Stage>>();
  readonly #refreshes = new Refreshes();
  readonly #listeners: StageListener<Stage>[] = [];

  constructor(
    documents: DocumentStore<Document, Snapshot>,
    publication: Publication<Document, Snapshot, Stage>,
    log: Logger,
  ) {
    this.#documents = documents;
    this.#publication = publication;
    this.#log = log;
  }

  subscribe(listener: StageListener<Stage>): void {
    this.#listeners.push(listener);
    for (const stages of this.#stages.values()) {
      for (const stage of stages.values()) listener.published(stage);
    }
  }

  /** Reads all APIs of all accounts: at start. */
  async load(): Promise<void> {
    for await (const location of this.#documents.locations()) await this.#loadOne(location);
  }

  async #loadOne(location: Location): Promise<void> {
    const { apiId } = location;
    try {
      await this.refresh(location, apiId);
    } catch (error) {
      // One document that cannot be read must not keep the others from being served.
      this.#log.log('error', 'An API could not be published', { apiId, error: String(error) });
    }
  }

  /** Resolves once the data plane serves what the store held when this was called, or later. */
  async refresh(scope: Scope, apiId: string): Promise<void> {
    await this.#refreshes.run(apiId, async () => {
      const document = await this.#documents.find(scope, apiId);
      this.#tell(apiId, document ? await this.#stagesOf(document, apiId) : new Map());
    });
  }

  /** Tells a stage anew, so that the data plane forgets what it has cached for it. */
  republish(apiId: string, stageName: string): void {
    const stage = this.#stages.get(apiId)?.get(stageName);
    if (stage) this.#published(stage);
  }

  async #stagesOf(document: Document, apiId: string): Promise<Map<string, Stage>> {
    const { servedIds, stagesOf } = this.#publication;
    const ids = [...new Set(servedIds(document))];
    return stagesOf(document, await this.#documents.snapshots(document, apiId, ids));
  }

  #tell(apiId: string, stages: Map<string, Stage>): void {
    const before = this.#stages.get(apiId);
    if (stages.size > 0) this.#stages.set(apiId, stages);
    else this.#stages.delete(apiId);
    for (const name of before?.keys() ?? []) {
      if (stages.has(name)) continue;
      for (const listener of this.#listeners) listener.withdrawn(apiId, name);
    }
    for (const stage of stages.values()) this.#published(stage);
  }

  #published(stage: Stage): void {
    for (const listener of this.#listeners) listener.published(stage);
  }
}
