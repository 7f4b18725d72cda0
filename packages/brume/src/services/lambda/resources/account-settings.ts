/** GetAccountSettings: limits, and what of them is used. */
import type {
  GetAccountSettingsRequest,
  GetAccountSettingsResponse,
} from '../../../model/generated/lambda.types.ts';
import { prefixRange } from '../../../storage/key-encoding.ts';
import type { RequestContext } from '../../service.ts';
import {
  decodeEntries,
  functionsRange,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import type { LayerVersionRecord } from '../layers/layer-record.ts';
import {
  ACCOUNT_CONCURRENCY,
  CODE_UNZIPPED_BYTES_MAX,
  CODE_ZIPPED_BYTES_MAX,
  TOTAL_CODE_BYTES_MAX,
} from '../limits.ts';
import type { LambdaState } from '../state.ts';
import { reservedInRegion } from './concurrency.ts';

const ENTRIES_PER_READ = 1000;

export async function getAccountSettings(
  state: LambdaState,
  _input: GetAccountSettingsRequest,
  { accountId, region }: RequestContext,
): Promise<GetAccountSettingsResponse> {
  const functions = await readAll<FunctionRecord>(state, functionsRange(accountId, region));
  const versionsRange = prefixRange(['lambda', accountId, region, 'version']);
  const versions = await readAll<VersionRecord>(state, versionsRange);
  const latest = functions.map((record) => record.latest);
  const layersRange = prefixRange(['lambda', accountId, region, 'layer-version']);
  const layers = await readAll<LayerVersionRecord>(state, layersRange);
  const reserved = await reservedInRegion(state, { accountId, region, name: '' });
  return {
    AccountLimit: {
      TotalCodeSize: TOTAL_CODE_BYTES_MAX,
      CodeSizeUnzipped: CODE_UNZIPPED_BYTES_MAX,
      CodeSizeZipped: CODE_ZIPPED_BYTES_MAX,
      ConcurrentExecutions: ACCOUNT_CONCURRENCY,
      UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reserved,
    },
    AccountUsage: {
      FunctionCount: functions.length,
      TotalCodeSize: [...latest, ...versions, ...layers].reduce(
        (sum, { code }) => sum + code.sizeBytes,
        0,
      ),
    },
  };
}

async function readAll<Item>(
  { store }: LambdaState,
  { start, end }: { readonly start: Uint8Array; readonly end: Uint8Array },
): Promise<Item[]> {
  const items: Item[] = [];
  let from = start;
  for (;;) {
    const entries = await store.range({ start: from, end, limit: ENTRIES_PER_READ });
    items.push(...decodeEntries<Item>(entries));
    const last = entries.at(-1);
    if (!last || entries.length < ENTRIES_PER_READ) return items;
    from = Buffer.concat([last.key, Buffer.of(0)]);
  }
}
