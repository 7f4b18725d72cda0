/** `@brume/model/streams`: handlers of table streams, and what is kept by them. */
export { aggregate } from '../aggregates/aggregate.ts';
export type { Aggregate, AggregateDefinition } from '../aggregates/aggregate.ts';
export type { StreamEvent, StreamRecord } from './event.ts';
export { onChange, streamHandler } from './stream-handler.ts';
export type { BatchResponse, ChangeHandlers, ChangeInfo, RecordHandler } from './stream-handler.ts';
export { watch } from './watch.ts';
export type { StreamsClient, Watched, WatchOptions } from './watch.ts';
