/**
 * Tells the data plane what the store holds. It goes by state, not by event: a refresh reads the API
 * as it is now and tells that, so refreshes that overlap cannot bring back what is gone.
 */
import type { Entry, OrderedStore } from '../../storage/ordered-store.ts';
import {
  apiIdRange,
  apiKey,
  decodeDocument,
  decodeLocation,
  decodeSnapshot,
  deploymentKey,
} from './api-document.ts';
import type { ApiDocument, Scope, Snapshot } from './api-document.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { PublishedStage, StageFeed, StageListener } from './port.ts';
import { publishedStage } from './published-stage.ts';

const LOCATIONS_PER_READ = 200;

export class Publisher implements StageFeed {
  readonly #store: OrderedStore;
  readonly #log: Logger;
  /** The stages last told, by API and by name. */
  readonly #stages = new Map<string, Map<string, PublishedStage>>();
  /** The refresh under way of an API, and whether it must look once more. */
  readonly #refreshing = new Map<string, { again: boolean; done: Promise<void> }>();
  #listener: StageListener | undefined;

  constructor(store: OrderedStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  subscribe(listener: StageListener): void {
    this.#listener = listener;
    for (const stages of this.#stages.values()) {
      for (const stage of stages.values()) listener.published(stage);
    }
  }

  /** Reads all APIs of all accounts: at start. */
  async load(): Promise<void> {
    let { start, end } = apiIdRange();
    for (;;) {
      const entries = await this.#store.range({ start, end, limit: LOCATIONS_PER_READ });
      for (const entry of entries) await this.#loadOne(entry);
      const last = entries.at(-1);
      if (!last || entries.length < LOCATIONS_PER_READ) return;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  async #loadOne(entry: Entry): Promise<void> {
    const { accountId, region, apiId } = decodeLocation(entry.value);
    try {
      await this.refresh({ accountId, region }, apiId);
    } catch (error) {
      // One document that cannot be read must not keep the others from being served.
      this.#log.log('error', 'An API could not be published', { apiId, error: String(error) });
    }
  }

  /** Resolves once the data plane serves what the store held when this was called, or later. */
  async refresh(scope: Scope, apiId: string): Promise<void> {
    const running = this.#refreshing.get(apiId);
    if (running) {
      running.again = true;
      return running.done;
    }
    const refresh = { again: false, done: Promise.resolve() };
    refresh.done = this.#refreshUntilStill(scope, apiId, refresh);
    this.#refreshing.set(apiId, refresh);
    return refresh.done;
  }

  /** Tells a stage anew, so that the data plane forgets what it has cached for it. */
  republish(apiId: string, stageName: string): void {
    const stage = this.#stages.get(apiId)?.get(stageName);
    if (stage) this.#listener?.published(stage);
  }

  async #refreshUntilStill(scope: Scope, apiId: string, refresh: { again: boolean }) {
    try {
      do {
        refresh.again = false;
        const value = await this.#store.get(apiKey(scope, apiId));
        if (value) await this.#publish(decodeDocument(value));
        else this.#tell(apiId, new Map());
      } while (refresh.again);
    } finally {
      this.#refreshing.delete(apiId);
    }
  }

  async #publish(document: ApiDocument): Promise<void> {
    const { ApiId: apiId } = document.api;
    const snapshots = await this.#snapshots(document);
    const stages = new Map<string, PublishedStage>();
    for (const stage of document.stages) {
      const snapshot = snapshots.get(stage.DeploymentId ?? '');
      if (snapshot) stages.set(stage.StageName, publishedStage(document, stage, snapshot));
    }
    this.#tell(apiId, stages);
  }

  async #snapshots(document: ApiDocument): Promise<Map<string, Snapshot>> {
    const ids = [...new Set(document.stages.flatMap((stage) => stage.DeploymentId ?? []))];
    const { ApiId: apiId } = document.api;
    const values = await this.#store.getMany(ids.map((id) => deploymentKey(document, apiId, id)));
    const found = new Map<string, Snapshot>();
    for (const [index, id] of ids.entries()) {
      const value = values[index];
      if (value) found.set(id, decodeSnapshot(value));
    }
    return found;
  }

  #tell(apiId: string, stages: Map<string, PublishedStage>): void {
    const before = this.#stages.get(apiId);
    if (stages.size > 0) this.#stages.set(apiId, stages);
    else this.#stages.delete(apiId);
    for (const name of before?.keys() ?? []) {
      if (!stages.has(name)) this.#listener?.withdrawn(apiId, name);
    }
    for (const stage of stages.values()) this.#listener?.published(stage);
  }
}
