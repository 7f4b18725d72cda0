/** Changes of a table in memory, as Lambda would receive them. */
import type { AttributeMap } from '../attribute-value.ts';
import type { StreamEvent, StreamRecord } from '../streams/event.ts';
import type { Change } from './memory-table.ts';

export function streamEventOf(table: string, changes: readonly Change[]): StreamEvent {
  return { Records: changes.map((change, index) => recordOf(table, change, index)) };
}

function recordOf(table: string, { keys, before, after }: Change, index: number): StreamRecord {
  return {
    eventID: crypto.randomUUID().replaceAll('-', ''),
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/memory`,
    dynamodb: {
      Keys: wire(keys),
      ...(after && { NewImage: wire(after) }),
      ...(before && { OldImage: wire(before) }),
      SequenceNumber: String(index + 1).padStart(21, '0'),
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
