/** ListFunctions: the functions of an account in a region, with all their versions if asked. */
import type {
  FunctionConfiguration,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from '../../../model/generated/lambda.types.ts';
import type { Entry, Range } from '../../../storage/ordered-store.ts';
import type { RequestContext } from '../../service.ts';
import { invalidParameter } from '../errors.ts';
import { listedConfiguration } from '../function-configuration.ts';
import { LATEST } from '../function-name.ts';
import {
  decodeEntries,
  decodeRecord,
  functionKey,
  functionsRange,
  versionKey,
  versionsRange,
  type FunctionRecord,
  type VersionRecord,
} from '../function-record.ts';
import { LIST_ITEMS_MAX } from '../limits.ts';
import { markedAfter, readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

type Place = Pick<RequestContext, 'accountId' | 'region'>;

export async function listFunctions(
  state: LambdaState,
  input: ListFunctionsRequest,
  context: RequestContext,
): Promise<ListFunctionsResponse> {
  const { MasterRegion = 'ALL' } = input;
  if (input.MasterRegion !== undefined && input.FunctionVersion !== 'ALL') {
    // Not in the recordings: wording of Brume's own, for a rule of the API reference.
    throw invalidParameter('FunctionVersion must be ALL when MasterRegion is specified.');
  }
  // There is no Lambda@Edge, whose functions are copies of those of a region.
  if (MasterRegion !== 'ALL') return { Functions: [] };
  if (input.FunctionVersion === 'ALL') return listVersions(state, input, context);
  const range = functionsRange(context.accountId, context.region);
  const page = await readPage(state.store, range, input.Marker, input.MaxItems);
  const Functions = decodeEntries<FunctionRecord>(page.entries).map((record) =>
    listedConfiguration(record, record.latest),
  );
  return { Functions, NextMarker: page.nextMarker };
}

/** Each version counts: `$LATEST` of a function, then what was published of it. */
async function listVersions(
  state: LambdaState,
  { Marker, MaxItems = LIST_ITEMS_MAX }: ListFunctionsRequest,
  place: Place,
): Promise<ListFunctionsResponse> {
  const itemsMax = Math.min(MaxItems, LIST_ITEMS_MAX);
  const Functions: FunctionConfiguration[] = [];
  let last: string | undefined;
  for await (const { marker, configuration } of versionsAfter(state, place, Marker)) {
    if (Functions.length === itemsMax) return { Functions, NextMarker: last };
    Functions.push(configuration);
    last = marker;
  }
  return { Functions };
}

interface Listed {
  readonly marker: string;
  readonly configuration: FunctionConfiguration;
}

/** A marker names a function and the number of its version; 0 is `$LATEST`. */
async function* versionsAfter(
  state: LambdaState,
  place: Place,
  marker: string | undefined,
): AsyncGenerator<Listed> {
  const { start, end } = functionsRange(place.accountId, place.region);
  const [, name = '', number = ''] = /^(.+):(\d+)$/.exec(decodeMarker(marker)) ?? [];
  if (marker !== undefined && name === '')
    throw invalidParameter('The provided marker is invalid.');
  let from = start;
  if (name !== '') {
    const key = functionKey({ ...place, name });
    const value = await state.store.get(key);
    if (value) yield* publishedAfter(state, decodeRecord(value), Number(number));
    from = markedAfter(key);
  }
  for await (const entry of entriesOf(state, { start: from, end })) {
    const record = decodeRecord<FunctionRecord>(entry.value);
    yield listed(record, record.latest, 0);
    yield* publishedAfter(state, record, 0);
  }
}

async function* publishedAfter(
  state: LambdaState,
  record: FunctionRecord,
  number: number,
): AsyncGenerator<Listed> {
  const { end } = versionsRange(record);
  const start = markedAfter(versionKey(record, number));
  for await (const { value } of entriesOf(state, { start, end })) {
    const version = decodeRecord<VersionRecord>(value);
    yield listed(record, version, Number(version.version));
  }
}

async function* entriesOf(
  { store }: LambdaState,
  { start, end }: Pick<Range, 'start' | 'end'>,
): AsyncGenerator<Entry> {
  let from = start;
  for (;;) {
    const entries = await store.range({ start: from, end, limit: LIST_ITEMS_MAX });
    yield* entries;
    const last = entries.at(-1);
    if (!last || entries.length < LIST_ITEMS_MAX) return;
    from = markedAfter(last.key);
  }
}

function listed(record: FunctionRecord, version: VersionRecord, number: number): Listed {
  const qualifier = number === 0 ? LATEST : version.version;
  return {
    marker: Buffer.from(`${record.name}:${number}`).toString('base64'),
    configuration: listedConfiguration(record, version, qualifier),
  };
}

function decodeMarker(marker = ''): string {
  return Buffer.from(marker, 'base64').toString();
}
