/** What the operations of API Gateway's first version work on. */
import type { Clock, Random } from '../../environment/environment.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { WebSocketStagesPort } from '../apigatewayv2/port.ts';
import type { TestInvokePort, UsagePort } from '../execute-api/port.ts';
import { DocumentStore } from '../gateway/document-store.ts';
import type { Scope } from '../gateway/document-store.ts';
import { notSupported } from '../gateway/errors.ts';
import { newId } from '../gateway/identifiers.ts';
import type { TruststoreSource } from '../gateway/port.ts';
import { Publisher } from '../gateway/publisher.ts';
import { openCollections } from './collections.ts';
import type { Collections } from './collections.ts';
import { restApiFormat } from './rest-api-document.ts';
import { publicationWith, RestApiPublisher } from './rest-api-feed.ts';
import { RestApiStore } from './rest-api-store.ts';
import { UsageRecords } from './usage-records.ts';

/** A new key, and a certificate of it by itself; both PEM. */
export type MakeClientCertificate = (validity: {
  readonly fromMs: number;
  readonly untilMs: number;
}) => { readonly certificate: string; readonly privateKey: string };

export interface RestState extends Collections {
  readonly apis: RestApiStore;
  readonly feed: RestApiPublisher;
  readonly makeClientCertificate: MakeClientCertificate;
  readonly testInvoke: () => Promise<TestInvokePort>;
  readonly usage: () => Promise<UsagePort>;
  readonly usageRecords: UsageRecords;
  readonly webSocketStages: () => Promise<WebSocketStagesPort>;
  readonly random: Random;
  readonly newId: (length: number) => string;
  /** In whole seconds, as AWS writes the times of its resources. */
  readonly now: () => Date;
  readonly nowMs: () => number;
  readonly truststores: TruststoreSource;
}

export interface StateOptions {
  readonly store: OrderedStore;
  readonly log: Logger;
  readonly environment: { readonly clock: Clock; readonly random: Random };
  readonly makeClientCertificate: MakeClientCertificate;
  /** The data plane, loaded by its first test; without it nothing can be tried. */
  readonly testInvoke?: (() => Promise<TestInvokePort>) | undefined;
  /** Without it nothing is counted. */
  readonly usage?: (() => Promise<UsagePort>) | undefined;
  /** Of the second version; without it there are none. */
  readonly webSocketStages?: (() => Promise<WebSocketStagesPort>) | undefined;
  /** Resolves once the data plane is there: only then is a domain name known from other hosts. */
  readonly whenServing?: (() => Promise<void>) | undefined;
  /** Without it there is no mutual TLS. */
  readonly truststores?: TruststoreSource | undefined;
}

export async function openState(options: StateOptions): Promise<RestState> {
  const { store, environment, log, makeClientCertificate } = options;
  const { clock, random } = environment;
  const documents = new DocumentStore(store, restApiFormat);
  const collections = openCollections(store, {
    plansChanged: (scope) => feed.refreshPlans(scope),
    async domainsChanged(scope) {
      await feed.refreshDomains(scope);
      await options.whenServing?.();
    },
  });
  const publication = publicationWith(collections.clientCertificates);
  const stages = new Publisher(documents, publication, log);
  const planKey = (scope: Scope, planId: string) => collections.usagePlans.keyOf(scope, planId);
  const usageRecords = new UsageRecords(store, planKey);
  const feed = new RestApiPublisher(stages, { ...collections, usageRecords });
  const apis = new RestApiStore(documents, stages);
  const scopes = [...(await apis.open()), ...(await collections.usagePlans.scopes())];
  for (const scope of scopes) await feed.refreshPlans(scope);
  for (const scope of await collections.domainNames.scopes()) await feed.refreshDomains(scope);
  return {
    apis,
    feed,
    ...collections,
    makeClientCertificate,
    testInvoke: options.testInvoke ?? withoutPlane,
    usage: options.usage ?? withoutCounting,
    usageRecords,
    webSocketStages: options.webSocketStages ?? withoutWebSockets,
    random,
    newId: (length) => newId(random, length),
    now: () => new Date(Math.floor(clock.nowMs() / 1000) * 1000),
    nowMs: () => clock.nowMs(),
    truststores: options.truststores ?? { read: withoutTruststores },
  };
}

async function withoutCounting(): Promise<UsagePort> {
  return { flush: async () => {}, setRemaining: withoutPlane };
}

async function withoutWebSockets(): Promise<WebSocketStagesPort> {
  return { stageNamesOf: async () => undefined };
}

async function withoutTruststores(): Promise<never> {
  throw notSupported('truststores without a place to read them from');
}

async function withoutPlane(): Promise<never> {
  throw notSupported('this without a data plane');
}
