/** Function URLs as a resource: created, changed, listed and deleted. */
import type {
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse,
  DeleteFunctionUrlConfigRequest,
  FunctionUrlConfig,
  GetFunctionUrlConfigRequest,
  GetFunctionUrlConfigResponse,
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse,
  UpdateFunctionUrlConfigRequest,
  UpdateFunctionUrlConfigResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { resourceConflict, resourceNotFound } from '../errors.ts';
import { functionArn, parseFunctionName } from '../function-name.ts';
import {
  aliasKey,
  decodeEntries,
  decodeRecord,
  functionKey,
  type FunctionRecord,
} from '../function-record.ts';
import { refuseTenants } from '../function-settings.ts';
import {
  deleteUrl,
  putUrl,
  urlKey,
  urlsRange,
  type UrlRecord,
} from '../function-url/url-record.ts';
import { readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

/** AWS's ids have 32 letters and digits; five bits of chance each. */
const ID_LENGTH = 32;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export async function createFunctionUrlConfig(
  { store, environment }: LambdaState,
  input: CreateFunctionUrlConfigRequest,
  context: RequestContext,
): Promise<CreateFunctionUrlConfigResponse> {
  const { qualifier: alias, ...reference } = parseFunctionName(
    input.FunctionName,
    input.Qualifier,
    context,
  );
  const nowMs = Math.floor(environment.clock.nowMs());
  const record: UrlRecord = {
    ...reference,
    alias,
    urlId: newUrlId(environment.random.bytes(ID_LENGTH)),
    authType: input.AuthType,
    invokeMode: input.InvokeMode,
    cors: input.Cors,
    createdMs: nowMs,
    modifiedMs: nowMs,
  };
  const holder = alias === undefined ? functionKey(reference) : aliasKey(reference, alias);
  const keys = [functionKey(reference), holder, urlKey(reference, alias)];
  await store.transact(keys, ([functionValue, holderValue, value]) => {
    if (!functionValue) throw functionMissing();
    refuseTenants(decodeRecord<FunctionRecord>(functionValue).latest, 'a function URL');
    // Not in the recordings; text as AWS's users quote it.
    if (!holderValue) throw resourceNotFound('Alias does not exist');
    if (value) throw urlExists(functionArn(reference, alias));
    return { writes: putUrl(record), result: undefined };
  });
  const { LastModifiedTime: _, ...created } = described(record, context);
  return created;
}

export async function getFunctionUrlConfig(
  { store }: LambdaState,
  input: GetFunctionUrlConfigRequest,
  context: RequestContext,
): Promise<GetFunctionUrlConfigResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const value = await store.get(urlKey(reference, reference.qualifier));
  if (!value) throw urlMissing();
  return withMode(described(decodeRecord<UrlRecord>(value), context));
}

export async function updateFunctionUrlConfig(
  { store, environment }: LambdaState,
  input: UpdateFunctionUrlConfigRequest,
  context: RequestContext,
): Promise<UpdateFunctionUrlConfigResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const modifiedMs = Math.floor(environment.clock.nowMs());
  const record = await store.transact([urlKey(reference, reference.qualifier)], ([value]) => {
    if (!value) throw urlMissing();
    const before = decodeRecord<UrlRecord>(value);
    const changed: UrlRecord = {
      ...before,
      authType: input.AuthType ?? before.authType,
      invokeMode: input.InvokeMode ?? before.invokeMode,
      cors: input.Cors ?? before.cors,
      modifiedMs,
    };
    return { writes: putUrl(changed), result: changed };
  });
  return described(record, context);
}

export async function deleteFunctionUrlConfig(
  { store }: LambdaState,
  input: DeleteFunctionUrlConfigRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  await store.transact([urlKey(reference, reference.qualifier)], ([value]) => {
    if (!value) throw urlMissing();
    return { writes: deleteUrl(decodeRecord<UrlRecord>(value)), result: undefined };
  });
  return {};
}

export async function listFunctionUrlConfigs(
  { store }: LambdaState,
  input: ListFunctionUrlConfigsRequest,
  context: RequestContext,
): Promise<ListFunctionUrlConfigsResponse> {
  const reference = parseFunctionName(input.FunctionName, undefined, context);
  if (!(await store.get(functionKey(reference)))) throw functionMissing();
  const page = await readPage(store, urlsRange(reference), input.Marker, input.MaxItems);
  const records = decodeEntries<UrlRecord>(page.entries);
  return {
    FunctionUrlConfigs: records.map((record) => withMode(described(record, context))),
    NextMarker: page.nextMarker,
  };
}

/** The URL names the function by path: docs/decisions/0004-api-endpoints.md. */
function described(record: UrlRecord, { baseUrl }: RequestContext): FunctionUrlConfig {
  return {
    FunctionUrl: `${baseUrl}/_aws/lambda-url/${record.urlId}/`,
    FunctionArn: functionArn(record, record.alias),
    AuthType: record.authType,
    Cors: record.cors,
    CreationTime: timestamp(record.createdMs),
    LastModifiedTime: timestamp(record.modifiedMs),
    InvokeMode: record.invokeMode,
  };
}

/** Who reads is told the mode even where nobody has set it (recorded 2025-11-25). */
function withMode(config: FunctionUrlConfig): FunctionUrlConfig {
  return { ...config, InvokeMode: config.InvokeMode ?? 'BUFFERED' };
}

/** A text here, unlike in other services: `2026-11-22T16:00:00.123456Z`. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function newUrlId(random: Buffer): string {
  return Array.from(random, (byte) => ID_LETTERS[byte % ID_LETTERS.length]).join('');
}

function functionMissing() {
  return resourceNotFound('Function does not exist');
}

function urlMissing() {
  return resourceNotFound('The resource you requested does not exist.');
}

function urlExists(arn: string) {
  return resourceConflict(
    `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
  );
}
