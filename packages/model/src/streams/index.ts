/** `@brume/model/streams`: handlers of table streams, and what is kept by them. */
export { aggregate } from '../aggregates/aggregate.ts';
export type { Aggregate, AggregateDefinition } from '../aggregates/aggregate.ts';
export type { StreamEvent, StreamRecord } from './event.ts';
export { onChange, streamHandler } from './stream-handler.ts';
export type { BatchResponse, ChangeHandlers, ChangeInfo, RecordHandler } from './stream-handler.ts';
export { live } from './live.ts';
export type { LiveOptions } from './live.ts';
export type { StreamsClient, StreamSource } from './stream-reader.ts';
export { watch } from './watch.ts';
export type { Watched, WatchOptions } from './watch.ts';
