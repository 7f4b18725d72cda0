/** What is kept of an event source mapping, and how AWS describes it. */
import type {
  EventSourceMappingConfiguration,
  EventSourcePosition,
  FunctionResponseType,
} from '../../../model/generated/lambda.types.ts';
import { encodeKey, prefixRange } from '../../../storage/key-encoding.ts';

/** States that pass are told as they are; what a mapping settles in follows from `enabled`. */
export type MappingState =
  | 'Creating'
  | 'Enabling'
  | 'Enabled'
  | 'Updating'
  | 'Disabling'
  | 'Disabled'
  | 'Deleting';

export interface MappingRecord {
  readonly uuid: string;
  readonly accountId: string;
  readonly region: string;
  readonly functionArn: string;
  readonly eventSourceArn: string;
  readonly state: MappingState;
  readonly enabled: boolean;
  readonly startingPosition: EventSourcePosition;
  /** The end of the stream when the mapping was made, where it starts at `LATEST`. */
  readonly after?: string | undefined;
  readonly settings: MappingSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
  readonly lastProcessingResult: string;
  readonly stateTransitionReason: string;
}

/** The members that a caller sets, defaults filled in. */
export interface MappingSettings {
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
  readonly ParallelizationFactor: number;
  readonly MaximumRecordAgeInSeconds: number;
  readonly MaximumRetryAttempts: number;
  readonly BisectBatchOnFunctionError: boolean;
  readonly TumblingWindowInSeconds: number;
  readonly FunctionResponseTypes: FunctionResponseType[];
  readonly DestinationConfig: { readonly OnFailure: { readonly Destination?: string } };
  readonly FilterCriteria?: { readonly Filters: { readonly Pattern: string }[] } | undefined;
  readonly KMSKeyArn?: string | undefined;
}

export const USER_ACTION = 'User action';
export const NO_RECORDS = 'No records processed';

type MappingName = Pick<MappingRecord, 'accountId' | 'region' | 'uuid'>;

/** Not under the account, so that a start finds all mappings at once. */
export const MAPPINGS = ['lambda', 'event-source-mappings'] as const;

export const mappingKey = ({ accountId, region, uuid }: MappingName) =>
  encodeKey([...MAPPINGS, accountId, region, uuid]);

export const mappingsRange = (accountId: string, region: string) =>
  prefixRange([...MAPPINGS, accountId, region]);

/** One entry for each function and source, with the mapping's UUID: no two map the same. */
export const pairKey = ({ functionArn, eventSourceArn }: MappingRecord) =>
  encodeKey(['lambda', 'event-source-pairs', functionArn, eventSourceArn]);

export function mappingArn({ accountId, region, uuid }: MappingName): string {
  return `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`;
}

export function isSettled({ state }: MappingRecord): boolean {
  return state === 'Enabled' || state === 'Disabled';
}

export function describeMapping(record: MappingRecord): EventSourceMappingConfiguration {
  const { settings } = record;
  return {
    ...settings,
    UUID: record.uuid,
    EventSourceMappingArn: mappingArn(record),
    EventSourceArn: record.eventSourceArn,
    FunctionArn: record.functionArn,
    StartingPosition: record.startingPosition,
    State: record.state,
    StateTransitionReason: record.stateTransitionReason,
    LastProcessingResult: record.lastProcessingResult,
    LastModified: new Date(record.lastModifiedMs),
  };
}
