/** Typed handlers for the events that Lambda receives from a table's stream. */
import type { AttributeMap } from '../attribute-value.ts';
import type { AnyEntity, ItemOf } from '../entity/entity.ts';
import { decodeItem } from '../model/decode.ts';
import type { StreamEvent, StreamRecord } from './event.ts';

export interface ChangeInfo {
  readonly record: StreamRecord;
  /** DynamoDB deleted the item because its time to live had passed. */
  readonly expired: boolean;
}

export interface ChangeHandlers<E extends AnyEntity> {
  readonly insert?: (item: ItemOf<E>, info: ChangeInfo) => void | Promise<void>;
  readonly modify?: (item: ItemOf<E>, before: ItemOf<E>, info: ChangeInfo) => void | Promise<void>;
  readonly remove?: (item: ItemOf<E>, info: ChangeInfo) => void | Promise<void>;
}

/** Handles a record if it is of its kind. */
export type RecordHandler = (record: StreamRecord) => Promise<void>;

/** Handlers for the changes of one entity's items. The stream must carry new and old images. */
export function onChange<E extends AnyEntity>(
  entity: E,
  handlers: ChangeHandlers<E>,
): RecordHandler {
  return async (record) => {
    const { NewImage, OldImage } = record.dynamodb ?? {};
    const image = NewImage ?? OldImage;
    if (!image || !isOfEntity(entity, image)) return;
    const info: ChangeInfo = { record, expired: isExpiry(record) };
    const item = await decodeItem(entity, image);
    if (NewImage && OldImage)
      await handlers.modify?.(item, await decodeItem(entity, OldImage), info);
    else await (NewImage ? handlers.insert : handlers.remove)?.(item, info);
  };
}

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * A Lambda handler that gives each record to each of these, in order. When one throws, it stops and
 * names that record, from which Lambda then tries again: the event source mapping must have
 * `ReportBatchItemFailures`. `onError` is told why.
 */
export function streamHandler(
  handlers: readonly RecordHandler[],
  onError?: (error: unknown, record: StreamRecord) => void,
): (event: StreamEvent) => Promise<BatchResponse> {
  return async (event) => {
    for (const record of event.Records) {
      try {
        for (const handle of handlers) await handle(record);
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber;
        // Without its number Lambda cannot be told which record failed: all of them did.
        if (itemIdentifier === undefined) throw error;
        onError?.(error, record);
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

export function isOfEntity({ name, table }: AnyEntity, image: AttributeMap): boolean {
  const { entityAttribute } = table;
  if (entityAttribute === undefined) return true;
  return (image[entityAttribute] as { S?: string } | undefined)?.S === name;
}

function isExpiry({ userIdentity }: StreamRecord): boolean {
  return userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com';
}
