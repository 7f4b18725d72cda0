/** What is kept of a function's URL: its settings with the function, and whose it is by its id. */
import type {
  Cors,
  FunctionUrlAuthType,
  InvokeMode,
} from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';
import type { OrderedStore, Write } from '../../../storage/ordered-store.ts';
import type { FunctionReference } from '../function-name.ts';
import { decodeEntries, putRecord } from '../function-record.ts';
import { VERSIONS_PER_FUNCTION_READ_MAX } from '../limits.ts';

export interface UrlRecord extends FunctionReference {
  readonly urlId: string;
  /** An alias; undefined for `$LATEST`. */
  readonly alias: string | undefined;
  readonly authType: FunctionUrlAuthType;
  /** `BUFFERED` where it was not said. */
  readonly invokeMode: InvokeMode | undefined;
  readonly cors: Cors | undefined;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** A function has one URL, and each alias may have one; the function's own comes first. */
export const urlKey = ({ accountId, region, name }: FunctionReference, alias: string | undefined) =>
  encodeKey(['lambda', accountId, region, 'url', name, alias ?? '']);

export const urlsRange = ({ accountId, region, name }: FunctionReference) =>
  prefixRange(['lambda', accountId, region, 'url', name]);

export const urlIdKey = (urlId: string) => encodeKey(['lambda', 'urls', urlId]);

export function putUrl(record: UrlRecord): Write[] {
  return [
    putRecord(urlKey(record, record.alias), record),
    putRecord(urlIdKey(record.urlId), record),
  ];
}

export function deleteUrl(record: UrlRecord): Write[] {
  const keys = [urlKey(record, record.alias), urlIdKey(record.urlId)];
  return keys.map((key) => ({ type: 'delete', key }) as const);
}

/** All URLs of a function and its aliases. */
export async function readUrls(
  store: OrderedStore,
  reference: FunctionReference,
): Promise<UrlRecord[]> {
  const limit = VERSIONS_PER_FUNCTION_READ_MAX;
  return decodeEntries<UrlRecord>(await store.range({ ...urlsRange(reference), limit }));
}
