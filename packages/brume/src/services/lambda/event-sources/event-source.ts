/**
 * What the engine reads from: a stream of shards, each an ordered log. DynamoDB Streams is one, Kinesis
 * would be another; queues have no shards and no checkpoints, and would be read by a sibling of `Lane`.
 */
export interface StreamSource {
  /** Records are gone when they are older. */
  readonly retentionMs: number;
  /** What the information about a batch is called in the records of failures: `DDBStreamBatchInfo`. */
  readonly batchInfoName: string;
  /** A position after all records that are there now; undefined when there is no such stream. */
  latest(): Promise<string | undefined>;
  /**
   * Shards that may have records after a position (all records where it is undefined); undefined when
   * the stream is gone.
   */
  shards(after: string | undefined): Promise<readonly SourceShard[] | undefined>;
  /** Calls the listener of new records, soon after they are durable; perhaps without need. */
  subscribe(listener: () => void): () => void;
}

export interface SourceShard {
  readonly id: string;
  /** Its records come before those of this shard. */
  readonly parentId: string | undefined;
  /** Where who has read nothing begins. */
  readonly start: string;
  read(from: string, limits: ReadLimits): Promise<SourcePage>;
}

export interface ReadLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** Where to read on; undefined at the end of a shard that takes no more records. */
  readonly next: string | undefined;
}

export interface SourceRecord {
  /** Where a reader stands who has read all before this one. Positions are in the order of texts. */
  readonly position: string;
  /** Names the record among those of its shard, as functions name it in `itemIdentifier`. */
  readonly id: string;
  readonly arrivedMs: number;
  /** Records of one key reach the function in their order. */
  readonly key: string;
  /** An element of the event's `Records`, as JSON. */
  readonly json: string;
}
