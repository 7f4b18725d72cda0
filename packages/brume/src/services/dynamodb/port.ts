/** What other services may ask of DynamoDB: the streams of changes of its tables. */
import type { KeySchemaElement, StreamViewType } from '../../model/generated/dynamodb.types.ts';

export interface StreamsPort {
  /** The stream as it is now; undefined once it was disabled more than 24 hours ago. */
  find(streamArn: string): Promise<Stream | undefined>;
  /** Streams in the order of their tables' names and their labels. */
  list(request: StreamsListing): Promise<ListedStream[]>;
  /**
   * Calls the listener of new records, soon after they are durable, and when the stream is disabled;
   * sometimes also when there is nothing new. Who subscribes first and then reads to the end misses
   * nothing. Returns how to end it.
   */
  subscribe(streamArn: string, listener: () => void): () => void;
}

export interface StreamsListing {
  readonly accountId: string;
  readonly region: string;
  readonly tableName?: string | undefined;
  /** List what comes after this one, whether it exists or not. */
  readonly after?: { readonly tableName: string; readonly label: string } | undefined;
  readonly limit: number;
}

export interface ListedStream {
  readonly arn: string;
  readonly tableName: string;
  readonly label: string;
}

/** A stream as it was when it was looked up. */
export interface Stream extends ListedStream {
  readonly viewType: StreamViewType;
  readonly enabled: boolean;
  readonly keySchema: readonly KeySchemaElement[];
  readonly createdMs: number;
  /** Records with lower sequence numbers are gone, being older than 24 hours. */
  readonly horizon: string;
  /** Shards that may have records, parents before their children. */
  shards(afterShardId: string | undefined, limit: number): Promise<Shard[]>;
  /** Undefined for a shard that never was, or whose records are all gone. */
  shard(shardId: string): Promise<Shard | undefined>;
}

/** Sequence numbers are decimal text of one length: their order as text is theirs as numbers. */
export interface Shard {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly startingSequenceNumber: string;
  /** Undefined while the shard takes records. Belongs to no record. */
  readonly endingSequenceNumber: string | undefined;
  /** What the next record will have. */
  readonly nextSequenceNumber: string;
  /** Records that are there from a sequence number on, oldest first. */
  read(from: string, limits: ReadLimits): Promise<ShardPage>;
}

export interface ReadLimits {
  readonly records: number;
  /** In the measure of `sizeBytes`; one record is answered whatever its size. */
  readonly bytes: number;
}

export interface ShardPage {
  readonly records: readonly ChangeRecord[];
  /** Where to read on; undefined when the shard is closed and was read to its end. */
  readonly next: string | undefined;
}

export interface ChangeRecord {
  readonly eventId: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly region: string;
  readonly viewType: StreamViewType;
  readonly sequenceNumber: string;
  /** Whole seconds since the epoch, as AWS tells it. */
  readonly createdSeconds: number;
  readonly sizeBytes: number;
  /** The key's attributes and the images, as JSON on the wire. */
  readonly keys: string;
  readonly newImage: string | undefined;
  readonly oldImage: string | undefined;
  /** Whether time to live removed the item. */
  readonly expired: boolean;
}
