/** ListStreams: streams in the order of their tables and labels, those lately disabled too. */
import { limitTooHigh } from '../errors.ts';
import { STREAMS_LISTED_MAX } from '../limits.ts';
import type { StreamsOperation } from '../state.ts';
import { parseStreamArn } from '../stream-arn.ts';

export const listStreams: StreamsOperation<'ListStreams'> = async (state, input, context) => {
  const { TableName: tableName, Limit: limit = STREAMS_LISTED_MAX } = input;
  if (limit > STREAMS_LISTED_MAX) throw limitTooHigh(limit, STREAMS_LISTED_MAX);
  const start = input.ExclusiveStartStreamArn;
  const after = start === undefined ? undefined : parseStreamArn(start);
  const { accountId, region } = context;
  const scope = { accountId, region };
  const found = await state.streams.list({ ...scope, tableName, after, limit: limit + 1 });
  const listed = found.slice(0, limit);
  return {
    Streams: listed.map(({ arn: StreamArn, tableName: TableName, label: StreamLabel }) => {
      return { StreamArn, TableName, StreamLabel };
    }),
    LastEvaluatedStreamArn: found.length > limit ? listed.at(-1)?.arn : undefined,
  };
};
