/** What Lambda's operations work on. */
import type { Environment } from '../../environment/environment.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { CodeFolders } from './code/code-folders.ts';
import type { LocalFolders } from './code/local-folder.ts';
import type { CodeDownloads } from './code/downloads.ts';
import type { DurableExecutions } from './durable/durable-executions.ts';
import type { EventSources } from './event-sources/event-sources.ts';
import type { Images } from './images/images.ts';
import type { Concurrency } from './invocation/concurrency.ts';
import type { EventQueue } from './invocation/event-queue.ts';
import type { Dispatcher } from './invocation/dispatcher.ts';
import type { Runtimes } from './runtimes/runtime.ts';

export interface LambdaState {
  readonly store: OrderedStore;
  readonly blobs: BlobStore;
  readonly environment: Environment;
  readonly log: Logger;
  readonly code: CodeFolders;
  readonly images: Images;
  readonly downloads: CodeDownloads;
  /** Whether others than the users of this machine can have functions run. */
  readonly exposed: boolean;
  readonly localFolders: LocalFolders;
  readonly runtimes: Runtimes;
  readonly concurrency: Concurrency;
  readonly dispatcher: Dispatcher;
  readonly events: EventQueue;
  readonly eventSources: EventSources;
  readonly durable: DurableExecutions;
}
