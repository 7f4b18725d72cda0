/** Changes of a table in memory, as Lambda would receive them. */
import type { AttributeMap } from '../attribute-value.ts';
import type { StreamEvent, StreamRecord } from '../streams/event.ts';
import type { Change } from './memory-table.ts';

export function streamArnOf(table: string): string {
  return `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/memory`;
}

export function streamEventOf(table: string, changes: readonly Change[]): StreamEvent {
  return { Records: changes.map((change) => recordOf(table, change)) };
}

function recordOf(table: string, { keys, before, after, number }: Change): StreamRecord {
  return {
    eventID: crypto.randomUUID().replaceAll('-', ''),
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventSourceARN: streamArnOf(table),
    dynamodb: {
      Keys: wire(keys),
      ...(after && { NewImage: wire(after) }),
      ...(before && { OldImage: wire(before) }),
      SequenceNumber: String(number).padStart(21, '0'),
    },
  };
}

/** In JSON, bytes are base64 text. */
function wire(map: AttributeMap): AttributeMap {
  const text = JSON.stringify(map, (_key, value: unknown) =>
    value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : value,
  );
  return JSON.parse(text) as AttributeMap;
}
