/** ListFunctions: the functions of an account in a region, with all their versions if asked. */
import type {
  FunctionConfiguration,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { listedConfiguration } from '../function-configuration.ts';
import { LATEST } from '../function-name.ts';
import {
  decodeEntries,
  functionsRange,
  versionsRange,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { VERSIONS_PER_FUNCTION_READ_MAX } from '../limits.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

/**
 * Pages are counted in functions: with `FunctionVersion: ALL` a page has the versions of its
 * functions beside them.
 */
export async function listFunctions(
  state: LambdaState,
  input: ListFunctionsRequest,
  context: RequestContext,
): Promise<ListFunctionsResponse> {
  const range = functionsRange(context.accountId, context.region);
  const page = await readPage(state.store, range, input.Marker, input.MaxItems);
  const records = decodeEntries<FunctionRecord>(page.entries);
  const lists = await Promise.all(
    records.map(async (record) =>
      input.FunctionVersion === 'ALL'
        ? allVersions(state, record)
        : [listedConfiguration(record, record.latest)],
    ),
  );
  return { Functions: lists.flat(), NextMarker: page.nextMarker };
}

async function allVersions(state: LambdaState, record: FunctionRecord) {
  const range = { ...versionsRange(record), limit: VERSIONS_PER_FUNCTION_READ_MAX };
  const versions = decodeEntries<VersionRecord>(await state.store.range(range));
  const latest: FunctionConfiguration = listedConfiguration(record, record.latest, LATEST);
  return [
    latest,
    ...versions.map((version) => listedConfiguration(record, version, version.version)),
  ];
}
