/**
 * Iterators: a position in a shard, and when it was taken. They look as AWS's do and promise nothing:
 * who makes one up reads what a real one would have let him read.
 */
import { invalidShardIterator } from './errors.ts';

export interface ShardIterator {
  readonly streamArn: string;
  readonly shardId: string;
  /** Of the first record that it reads. */
  readonly sequenceNumber: string;
  /** Whether records that are gone already may be passed over. */
  readonly fromHorizon: boolean;
  readonly issuedMs: number;
}

/** Recorded in AWS's documentation: ARN, a version, and what is not said. */
export function encodeIterator(iterator: ShardIterator): string {
  const { streamArn, shardId, sequenceNumber, fromHorizon, issuedMs } = iterator;
  const position = JSON.stringify([shardId, sequenceNumber, fromHorizon, issuedMs]);
  return `${streamArn}|1|${Buffer.from(position, 'utf8').toString('base64')}`;
}

export function decodeIterator(text: string): ShardIterator {
  const [streamArn = '', version, encoded = '', ...more] = text.split('|');
  if (version !== '1' || more.length > 0) throw invalidShardIterator();
  const [shardId, sequenceNumber, fromHorizon, issuedMs] = decodePosition(encoded);
  if (typeof shardId !== 'string' || typeof fromHorizon !== 'boolean') throw invalidShardIterator();
  if (typeof issuedMs !== 'number') throw invalidShardIterator();
  if (typeof sequenceNumber !== 'string' || !/^1\d{20}$/.test(sequenceNumber)) {
    throw invalidShardIterator();
  }
  return { streamArn, shardId, sequenceNumber, fromHorizon, issuedMs };
}

function decodePosition(encoded: string): readonly unknown[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return Array.isArray(position) ? position : [];
  } catch {
    return [];
  }
}
