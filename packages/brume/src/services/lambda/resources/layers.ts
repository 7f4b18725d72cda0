/** Layers: PublishLayerVersion and what reads, lists and deletes versions. */
import type {
  DeleteLayerVersionRequest,
  GetLayerVersionByArnRequest,
  GetLayerVersionRequest,
  GetLayerVersionResponse,
  LayersListItem,
  ListLayersRequest,
  ListLayersResponse,
  ListLayerVersionsRequest,
  ListLayerVersionsResponse,
  PublishLayerVersionRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { checkPackage, withStoredPackage } from '../code/package.ts';
import { otherAccount, otherRegion } from '../errors.ts';
import { decodeEntries, decodeRecord, putRecord, type CodeReference } from '../function-record.ts';
import {
  layerArn,
  layerKey,
  layersRange,
  layerVersionArn,
  layerVersionKey,
  layerVersionsRange,
  parseLayerName,
  parseLayerVersionArn,
  type LayerRecord,
  type LayerReference,
  type LayerVersionRecord,
} from '../layers/layer-record.ts';
import { deleteUnusedLayers } from '../layers/layer-uses.ts';
import {
  checkLayerVersion,
  describeLayerVersion,
  findLayerVersion,
  layerVersionMissing,
  listedLayerVersion,
} from '../layers/layers.ts';
import { LAYER_VERSIONS_READ_MAX } from '../limits.ts';
import { readFiltered, readPage } from '../paging.ts';
import type { LambdaState } from '../state.ts';

type Filter = Pick<ListLayersRequest, 'CompatibleArchitecture' | 'CompatibleRuntime'>;

export async function publishLayerVersion(
  state: LambdaState,
  input: PublishLayerVersionRequest,
  context: RequestContext,
): Promise<GetLayerVersionResponse> {
  const reference = ownLayer(input.LayerName, context);
  const zip = await checkPackage(state, input.Content);
  const record = await withStoredPackage(state, zip, (code) =>
    commitVersion(state, reference, input, code),
  );
  return describe(state, record, context);
}

export async function getLayerVersion(
  state: LambdaState,
  input: GetLayerVersionRequest,
  context: RequestContext,
): Promise<GetLayerVersionResponse> {
  checkLayerVersion(input.VersionNumber);
  const reference = parseLayerName(input.LayerName, context);
  if (reference.region !== context.region) throw layerVersionMissing();
  return find(state, reference, input.VersionNumber, context);
}

export async function getLayerVersionByArn(
  state: LambdaState,
  input: GetLayerVersionByArnRequest,
  context: RequestContext,
): Promise<GetLayerVersionResponse> {
  const reference = parseLayerVersionArn(input.Arn);
  if (reference?.region !== context.region) throw layerVersionMissing();
  return find(state, reference, reference.version, context);
}

/** Deleting what is not there is no error; functions keep what they use. */
export async function deleteLayerVersion(
  state: LambdaState,
  input: DeleteLayerVersionRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  checkLayerVersion(input.VersionNumber);
  const reference = ownLayer(input.LayerName, context);
  const key = layerVersionKey(reference, input.VersionNumber);
  const deleted = await state.store.transact([key], ([value]) => {
    const record = value && decodeRecord<LayerVersionRecord>(value);
    return { writes: record ? [{ type: 'delete', key }] : [], result: record };
  });
  if (deleted) {
    const arn = layerVersionArn(reference, deleted.version);
    await deleteUnusedLayers(state, [{ arn, code: deleted.code }]);
  }
  return {};
}

/** Newest first. */
export async function listLayerVersions(
  state: LambdaState,
  input: ListLayerVersionsRequest,
  context: RequestContext,
): Promise<ListLayerVersionsResponse> {
  const range = { ...layerVersionsRange(ownLayer(input.LayerName, context)), reverse: true };
  const fitting = (version: LayerVersionRecord) => fits(version, input);
  const { records, nextMarker } = await readFiltered(state.store, range, input, fitting);
  return { LayerVersions: records.map(listedLayerVersion), NextMarker: nextMarker };
}

/** Layers with the newest of their versions that fits; layers without one are left out. */
export async function listLayers(
  state: LambdaState,
  input: ListLayersRequest,
  { accountId, region }: RequestContext,
): Promise<ListLayersResponse> {
  const range = layersRange(accountId, region);
  const page = await readPage(state.store, range, input.Marker, input.MaxItems);
  const layers: LayersListItem[] = [];
  for (const record of decodeEntries<LayerRecord>(page.entries)) {
    const versions = { ...layerVersionsRange(record), reverse: true };
    const entries = await state.store.range({ ...versions, limit: LAYER_VERSIONS_READ_MAX });
    const newest = decodeEntries<LayerVersionRecord>(entries).find((each) => fits(each, input));
    if (!newest) continue;
    layers.push({
      LayerName: record.layer,
      LayerArn: layerArn(record),
      LatestMatchingVersion: listedLayerVersion(newest),
    });
  }
  return { Layers: layers, NextMarker: page.nextMarker };
}

async function commitVersion(
  { store, environment }: LambdaState,
  reference: LayerReference,
  input: PublishLayerVersionRequest,
  code: CodeReference,
): Promise<LayerVersionRecord> {
  const createdMs = environment.clock.nowMs();
  const key = layerKey(reference);
  return store.transact([key], ([value]) => {
    const lastVersion = value ? decodeRecord<LayerRecord>(value).lastVersion : 0;
    const version = lastVersion + 1;
    const record: LayerVersionRecord = {
      ...reference,
      version,
      code,
      description: input.Description ?? '',
      createdMs,
      compatibleArchitectures: input.CompatibleArchitectures,
      compatibleRuntimes: input.CompatibleRuntimes,
      licenseInfo: input.LicenseInfo,
    };
    const layer: LayerRecord = { ...reference, lastVersion: version };
    const writes = [putRecord(key, layer), putRecord(layerVersionKey(reference, version), record)];
    return { writes, result: record };
  });
}

async function find(
  state: LambdaState,
  reference: LayerReference,
  version: number,
  context: RequestContext,
) {
  const record = await findLayerVersion(state, reference, version, context);
  if (!record) throw layerVersionMissing();
  return describe(state, record, context);
}

function describe(
  { downloads }: LambdaState,
  record: LayerVersionRecord,
  { baseUrl }: RequestContext,
) {
  return describeLayerVersion(record, downloads.url(baseUrl, record.code.blobId));
}

/** A layer of the caller's own account: nobody changes or lists those of others. */
export function ownLayer(layerName: string, context: RequestContext): LayerReference {
  const reference = parseLayerName(layerName, context);
  if (reference.region !== context.region) throw otherRegion(reference.region, context.region);
  if (reference.accountId !== context.accountId) throw otherAccount();
  return reference;
}

function fits(record: LayerVersionRecord, filter: Filter): boolean {
  const { CompatibleArchitecture: architecture, CompatibleRuntime: runtime } = filter;
  return (
    (architecture === undefined ||
      record.compatibleArchitectures?.includes(architecture) === true) &&
    (runtime === undefined || record.compatibleRuntimes?.includes(runtime) === true)
  );
}
